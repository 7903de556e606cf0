"""The object store: raw mail, attachments, exports. Durable when `put` returns.

S3-compatible in production, reached through the machine's role; a data folder by default. Keys
begin with the tenant ("raw/<tenant hex>/..."); an existing key is never changed.
"""

import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from onque.kernel.errors import NotFound, Unavailable


class ObjectStore(Protocol):
    """Where bytes live under a key."""

    def put(self, key: str, content: bytes, *, content_type: str = ...) -> None:
        """Store the bytes durably; the same key twice keeps the first."""

    def get(self, key: str) -> bytes:
        """Return the bytes; raise `NotFound`."""

    def check(self) -> None:
        """Raise `Unavailable` when the store cannot be written."""


class FileStore:
    """Objects as files below one folder, written by fsync and rename."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lasting: set[Path] = set()  # folders whose own entries are known to be on the disk

    def put(self, key: str, content: bytes, *, content_type: str = "") -> None:  # noqa: ARG002
        """Store the bytes: temporary file, fsync, rename, fsync of every folder up to the root.

        A file or folder that is there already may be another writer's who has not synced yet, so
        the file's folder is synced in any case, those above it until this process has done so once.
        """
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                _write_durably(path, content)
            self._sync_folders(path.parent)
            self._lasting.add(path.parent)
        except OSError as error:
            raise Unavailable(store="files", reason=str(error)) from error

    def get(self, key: str) -> bytes:
        """Return the bytes; raise `NotFound`."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound(kind="object", key=key) from None

    def check(self) -> None:
        """Raise `Unavailable` unless the folder can be written."""
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self.root):
                pass
        except OSError as error:
            raise Unavailable(store="files", reason=str(error)) from error

    def _sync_folders(self, folder: Path) -> None:
        if folder in self._lasting:
            _sync_folder(folder)
            return
        root = self.root.resolve()
        while folder != root.parent:  # the root's own entry too: it may have been made just now
            _sync_folder(folder)
            folder = folder.parent
        _sync_folder(root.parent)

    def _path(self, key: str) -> Path:
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise NotFound(kind="object", key=key)
        return path


class S3Store:
    """Objects in an S3-compatible bucket; credentials come from the machine's role."""

    def __init__(self, bucket: str, *, endpoint_url: str | None, region: str | None) -> None:
        import boto3
        from botocore.config import Config

        self.bucket = bucket
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint_url,
            region_name=region,
            config=Config(connect_timeout=2, read_timeout=20, retries={"max_attempts": 3}),
        )

    def put(self, key: str, content: bytes, *, content_type: str = "") -> None:
        """Store the bytes; S3 answers when they are durable."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=content,
                ContentType=content_type or "application/octet-stream",
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(store="s3", reason=str(error)) from error

    def get(self, key: str) -> bytes:
        """Return the bytes; raise `NotFound` or `Unavailable`."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            body: bytes = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                raise NotFound(kind="object", key=key) from None
            raise Unavailable(store="s3", reason=str(error)) from error
        except BotoCoreError as error:
            raise Unavailable(store="s3", reason=str(error)) from error
        return body

    def check(self) -> None:
        """Raise `Unavailable` unless the bucket answers."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self.client.head_bucket(Bucket=self.bucket)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(store="s3", reason=str(error)) from error


@lru_cache(maxsize=1)
def store() -> ObjectStore:
    """Return the configured object store."""
    if settings.S3_BUCKET:
        return S3Store(
            settings.S3_BUCKET,
            endpoint_url=settings.S3_ENDPOINT_URL or None,
            region=settings.S3_REGION or None,
        )
    return FileStore(Path(settings.FILES_DIR))


def content_key(kind: str, tenant_id: UUID, content: bytes) -> str:
    """Return the key of content-addressed bytes: the same bytes of a tenant are stored once."""
    digest = hashlib.sha256(content).hexdigest()
    return f"{kind}/{tenant_id.hex}/{digest[:2]}/{digest}"


def _write_durably(path: Path, content: bytes) -> None:
    """Write the file whole or not at all; the caller syncs the folder."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
