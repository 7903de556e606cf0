"""Starts the stores an installation does not bring itself, in order, and repairs them."""

import os
from collections.abc import Mapping

from onque.config.embedded.folder import DataFolder
from onque.config.embedded.postgres import PostgresReplica, PostgresServer
from onque.config.embedded.valkey import ValkeyServer
from onque.config.ports import Ports
from onque.kernel import roles

DATABASE = "onque"
SLOT = "onque_replica"


class Stores:
    """PostgreSQL with its replica, and Valkey: each only when no setting points elsewhere.

    `kept_data` says after the start that the database is ours and was there before.
    """

    def __init__(self, folder: DataFolder, ports: Ports, secrets: Mapping[str, str]) -> None:
        self.folder = folder
        self.ports = ports
        self.secrets = secrets
        self.primary: PostgresServer | None = None
        self.replica: PostgresReplica | None = None
        self.valkey: ValkeyServer | None = None
        self.kept_data = False

    def start(self) -> None:
        """Start what is ours to start and return when it answers. Raises NotReady."""
        if not os.environ.get("ONQUE_SESSIONS_REDIS_URL"):
            self._start_valkey()
        if not os.environ.get("ONQUE_DATABASE_URL"):
            self._start_primary()
            self._start_replica()
        if self.valkey is not None:
            self.valkey.wait_ready()

    def stop(self) -> None:
        """Stop in reverse order."""
        for server in (self.replica, self.primary, self.valkey):
            if server is not None:
                server.stop()

    def pids(self) -> dict[str, int]:
        """The process ids of what runs."""
        found = {"postgres": self.primary, "replica": self.replica, "valkey": self.valkey}
        return {
            name: server.pid for name, server in found.items() if server and server.pid is not None
        }

    def follow(self) -> None:
        """Start the replica; copy the primary anew when it cannot go on from where it was."""
        if self.replica is None:
            return
        if not self.replica.can_follow():
            self.replica.rebuild()
        self.replica.start()

    def environment(self) -> dict[str, str]:
        """The settings that lead to these stores."""
        found: dict[str, str] = {}
        if self.valkey is not None:
            names = ("SESSIONS", "BROKER", "CACHE", "CHANNELS")
            found |= {
                f"ONQUE_{name}_REDIS_URL": self.valkey.url(number)
                for number, name in enumerate(names)
            }
        if self.primary is not None:
            found |= {
                "ONQUE_OWNER_DATABASE_URL": self._url(self.primary, "onque_owner"),
                "ONQUE_DATABASE_URL": self._url(self.primary, "onque_app"),
                "ONQUE_PUBLIC_DATABASE_URL": self._url(self.primary, "onque_public"),
            }
        if self.replica is not None:
            found["ONQUE_REPLICA_URL"] = self._url(self.replica, "onque_reader")
        return found

    def _url(self, server: PostgresServer, role: str) -> str:
        return server.url(role, self.secrets[role], DATABASE)

    def _start_valkey(self) -> None:
        self.valkey = ValkeyServer(
            self.folder.root / "valkey",
            port=self.ports.release("valkey"),
            password=self.secrets["valkey"],
            log=self.folder.log("valkey"),
        )
        self.valkey.start()

    def _start_primary(self) -> None:
        self.primary = PostgresServer(
            self.folder.root / "pg",
            port=self.ports.release("postgres"),
            log=self.folder.log("postgres"),
            superuser_password=self.secrets["superuser"],
        )
        self.kept_data = self.primary.exists()
        if not self.kept_data:
            self.primary.initdb()
        self.primary.start()
        self.primary.wait_ready(60)
        with self.primary.connect() as connection:
            roles.prepare(connection, self.secrets, DATABASE)
        with self.primary.connect(DATABASE) as connection:
            roles.prepare_database(connection)

    def _start_replica(self) -> None:
        if self.primary is None:
            return
        self.replica = PostgresReplica(
            self.primary,
            self.folder.root / "pg-replica",
            port=self.ports.release("replica"),
            log=self.folder.log("replica"),
            slot=SLOT,
        )
        self.follow()
        self.replica.wait_ready(60)
