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
    if namespaces and namespace_possible():
        for folder in owned:
            hand_over(folder, uid, gid)
        enter_namespace(uid, gid)
        return
    for folder in owned:
        hand_over(folder, NOBODY, NOBODY)
        open_way(folder)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def namespace_possible() -> bool:
    """Whether the system lets us have a user namespace: tried in a child that ends at once."""
    child = os.fork()
    if child == 0:
        try:
            enter_namespace(os.getuid(), os.getgid())
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def enter_namespace(uid: int, gid: int) -> None:
    """Look like ``nobody`` to this process itself while its files stay root's. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {gid} 1")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {uid} 1")


def hand_over(folder: str, uid: int, gid: int) -> None:
    """Give a folder and all in it to one user, unless it is that user's already."""
    if Path(folder).stat().st_uid == uid:
        return
    for root, folders, files in os.walk(folder, topdown=False):
        for name in (*folders, *files, "."):
            os.chown(os.path.join(root, name), uid, gid, follow_symlinks=False)  # noqa: PTH118


def open_way(folder: str) -> None:
    """Let everybody walk (not look) down to a folder through parents that are ours."""
    for parent in Path(folder).resolve().parents:
        found = parent.stat()
        if not found.st_mode & 0o001 and found.st_uid == os.getuid():
            parent.chmod(found.st_mode & 0o7777 | 0o001)


def die_with_parent(parent: int, signal: int) -> None:
    """Ask for ``signal`` when the parent dies, and leave at once when it is dead already.

    Comes after giving up root: changing credentials clears the request.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


main()
