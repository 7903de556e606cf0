"""The process that reads one large mail: raw bytes in, a pickled `ParsedMail` out.

Arguments: address space in bytes, processor time in seconds, 1 for an empty envelope sender.
"""

from __future__ import annotations

import pickle
import resource
import sys


def main() -> None:
    """Set the limits, read, write. Ends by signal or with a code when a limit is passed."""
    memory, seconds, null_sender = (int(word) for word in sys.argv[1:4])
    raw = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from onque.modules.mail.rules.parsing import parse_mail

    pickle.dump(parse_mail(raw, null_sender=bool(null_sender)), sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main()
