"""Asking the DNS: the installation's resolver, or the servers that `ONQUE_DNS_SERVERS` names."""

from django.conf import settings
from dns import resolver
from dns.exception import DNSException

from onque.modules.mail.rules.faults import Fault
from onque.modules.mail.services.network import Failed

_SECONDS = 5.0


def lookup(name: str, kind: str) -> list[str]:
    """Return the records of a name, an empty list when it has none of the kind.

    `kind` is MX ("10 mail.example.com") or TXT (the text, its parts joined). Raises `Failed` when
    no server answers.
    """
    try:
        answer = _resolver().resolve(name, kind, lifetime=_SECONDS, search=False)
    except (resolver.NoAnswer, resolver.NXDOMAIN):
        return []
    except (DNSException, OSError) as error:
        raise Failed(Fault.TIMEOUT, f"{name} {kind}: {error}") from error
    if kind == "TXT":
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    return [str(record).rstrip(".") for record in answer]


def _resolver() -> resolver.Resolver:
    if not settings.DNS_SERVERS:
        return resolver.Resolver()
    made = resolver.Resolver(configure=False)
    hosts = [server.rpartition(":") for server in settings.DNS_SERVERS]
    made.nameservers = [host for host, _colon, _port in hosts]
    made.port = int(hosts[0][2])
    return made
