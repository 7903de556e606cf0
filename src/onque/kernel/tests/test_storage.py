"""The object stores: durable, whole or not at all, and honest about failure."""

import os
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from onque.kernel import storage
from onque.kernel.errors import NotFound, Unavailable
from onque.kernel.storage import FileStore, S3Store

KEY = "raw/a1/b2/b2c3"


@pytest.fixture
def synced(monkeypatch):
    """The folders synced so far, in order."""
    folders: list[Path] = []
    really = storage._sync_folder

    def sync(folder):
        folders.append(folder)
        really(folder)

    monkeypatch.setattr(storage, "_sync_folder", sync)
    return folders


def test_a_file_and_every_folder_above_it_are_durable(tmp_path, synced):
    files = FileStore(tmp_path / "files")
    files.put(KEY, b"bytes")
    assert files.get(KEY) == b"bytes"
    root = tmp_path / "files"
    assert synced == [root / "raw/a1/b2", root / "raw/a1", root / "raw", root, tmp_path]


def test_a_key_that_is_there_is_kept_and_made_durable_before_the_answer(tmp_path, synced):
    files = FileStore(tmp_path)
    files.put(KEY, b"first")
    synced.clear()
    files.put(KEY, b"second")
    assert files.get(KEY) == b"first"
    assert tmp_path / "raw/a1/b2" in synced


def test_a_failed_write_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    files = FileStore(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable):
        files.put(KEY, b"bytes")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with pytest.raises(NotFound):
        files.get(KEY)


def test_a_key_cannot_leave_the_folder(tmp_path):
    with pytest.raises(NotFound):
        FileStore(tmp_path / "files").put("../outside", b"bytes")


@pytest.fixture(scope="module")
def endpoint():
    """The address of a real HTTP server that speaks S3."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket="onque")
    return S3Store("onque", endpoint_url=endpoint, region="us-east-1")


def test_s3_gives_back_what_was_put(bucket):
    bucket.check()
    bucket.put(KEY, b"bytes", content_type="message/rfc822")
    assert bucket.get(KEY) == b"bytes"
    assert bucket.client.head_object(Bucket="onque", Key=KEY)["ContentType"] == "message/rfc822"


def test_s3_says_what_it_does_not_have(bucket):
    with pytest.raises(NotFound):
        bucket.get("raw/a1/no/such")


def test_a_bucket_that_is_missing_is_unavailable(bucket, endpoint):
    other = S3Store("elsewhere", endpoint_url=endpoint, region="us-east-1")
    for call in (other.check, lambda: other.put(KEY, b"x"), lambda: other.get(KEY)):
        with pytest.raises(Unavailable):
            call()


def test_a_store_that_is_down_is_unavailable(bucket):
    down = S3Store("onque", endpoint_url="http://127.0.0.1:9", region="us-east-1")
    for call in (down.check, lambda: down.put(KEY, b"x"), lambda: down.get(KEY)):
        with pytest.raises(Unavailable):
            call()
