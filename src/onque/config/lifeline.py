"""Ties a process's life to its parent's, so that nobody killed leaves somebody running."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(sent: signal.Signals = signal.SIGTERM) -> None:
    """Be sent a signal when the parent dies. Only Linux can; elsewhere nothing happens.

    Source: prctl(2).
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
