"""Becomes another program after tying its life to its parent's and giving up root where asked.

Run by path with ``python -I -S`` so that it starts in a few milliseconds and shares nothing with
the application. Its one argument is JSON: ``argv``, ``parent`` (process id), ``signal`` (sent by
the kernel when the parent dies), ``unprivileged`` (give up root), ``owned`` (folders the program
must own) and ``namespaces`` (whether a user namespace may be tried).

The process that starts it must outlive it in the *thread* that started it: Linux sends the
signal when that thread ends. Source: prctl(2) PR_SET_PDEATHSIG, user_namespaces(7).
"""

import ctypes
import json
import os
import sys
from pathlib import Path

NOBODY = 65534
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Prepare this process as told and become the program."""
    told = json.loads(sys.argv[1])
    if told["unprivileged"] and os.getuid() == 0:
        give_up_root(told["owned"], namespaces=told["namespaces"])
    if sys.platform == "linux":
        die_with_parent(told["parent"], told["signal"])
    os.execv(told["argv"][0], told["argv"])  # noqa: S606


def give_up_root(owned: list[str], *, namespaces: bool) -> None:
    """Stop being root: in a user namespace of our own, or as ``nobody`` where that is refused."""
    uid, gid = os.getuid(), os.getgid()
    if namespaces and enter_namespace(uid, gid):
        return
    for folder in owned:
        hand_over(folder, NOBODY, NOBODY)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def enter_namespace(uid: int, gid: int) -> bool:
    """Whether this process now looks like ``nobody`` to itself while its files stay root's."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare") or libc.unshare(CLONE_NEWUSER) != 0:
        return False
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {gid} 1")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {uid} 1")
    return True


def hand_over(folder: str, uid: int, gid: int) -> None:
    """Give a folder and all in it to one user, and let that user walk down to it."""
    for root, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.chown(os.path.join(root, name), uid, gid, follow_symlinks=False)  # noqa: PTH118
    for parent in Path(folder).resolve().parents:
        mode = parent.stat().st_mode
        if not mode & 0o001 and parent.stat().st_uid == os.getuid():
            parent.chmod(mode & 0o7777 | 0o001)


def die_with_parent(parent: int, signal: int) -> None:
    """Ask for ``signal`` when the parent dies, and leave at once when it is dead already.

    Comes after giving up root: changing credentials clears the request.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


main()
