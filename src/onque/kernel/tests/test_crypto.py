"""Sealed values: for one purpose and tenant only, and movable to another key."""

import os
from uuid import UUID, uuid4

import boto3
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from moto.server import ThreadedMotoServer

from onque.kernel import crypto, keywrap
from onque.kernel.errors import Unavailable

PURPOSE = "mail.mailbox"
TENANT = UUID("0190a0a0-0000-7000-8000-000000000001")


def first_version(text: str, secret: str) -> str:
    """A value as the first version wrote it."""
    nonce = os.urandom(12)
    key = keywrap.derived(secret, f"onque.{PURPOSE}")
    return "v1." + crypto._text(nonce + AESGCM(key).encrypt(nonce, text.encode(), PURPOSE.encode()))


def test_sealed_text_opens_for_its_purpose_and_tenant_only() -> None:
    sealed = crypto.seal("비밀번호", purpose=PURPOSE, tenant_id=TENANT)
    assert "비밀번호" not in sealed
    assert sealed != crypto.seal("비밀번호", purpose=PURPOSE, tenant_id=TENANT)
    assert crypto.unseal(sealed, purpose=PURPOSE, tenant_id=TENANT) == "비밀번호"
    for purpose, tenant in (("other", TENANT), (PURPOSE, uuid4()), (PURPOSE, None)):
        with pytest.raises(crypto.SealBrokenError):
            crypto.unseal(sealed, purpose=purpose, tenant_id=tenant)


@pytest.mark.parametrize(
    "broken", ["", "plain", "v1.!", "v1.AAAA", "v2", "v2.l.a.b", "v2.l.!!.AAAA", "v3.l.AAAA.AAAA"]
)
def test_what_is_no_sealed_value_is_refused(broken: str) -> None:
    with pytest.raises(crypto.SealBrokenError):
        crypto.unseal(broken, purpose=PURPOSE)
    with pytest.raises(crypto.SealBrokenError):
        crypto.rewrap(broken, purpose=PURPOSE)


@pytest.mark.parametrize("part", [1, 2, 3])
def test_a_changed_part_breaks_the_seal(part: int) -> None:
    parts = crypto.seal("text", purpose=PURPOSE).split(".")
    parts[part] = "AAAA" + parts[part][4:]
    with pytest.raises(crypto.SealBrokenError):
        crypto.unseal(".".join(parts), purpose=PURPOSE)


def test_parts_of_two_values_do_not_fit_together() -> None:
    one, other = (crypto.seal(word, purpose=PURPOSE).split(".") for word in ("one", "other"))
    with pytest.raises(crypto.SealBrokenError):
        crypto.unseal(".".join([*one[:3], other[3]]), purpose=PURPOSE)


def test_after_a_new_secret_the_old_opens_until_the_rewrap(settings) -> None:
    sealed = crypto.seal("비밀번호", purpose=PURPOSE, tenant_id=TENANT)
    assert crypto.rewrap(sealed, purpose=PURPOSE, tenant_id=TENANT) is None
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next secret"
    assert crypto.unseal(sealed, purpose=PURPOSE, tenant_id=TENANT) == "비밀번호"
    fresh = crypto.rewrap(sealed, purpose=PURPOSE, tenant_id=TENANT)
    assert fresh
    assert crypto.rewrap(fresh, purpose=PURPOSE, tenant_id=TENANT) is None
    settings.SECRET_KEY_FALLBACKS = []
    assert crypto.unseal(fresh, purpose=PURPOSE, tenant_id=TENANT) == "비밀번호"
    for call in (crypto.unseal, crypto.rewrap):
        with pytest.raises(crypto.SealBrokenError):
            call(sealed, purpose=PURPOSE, tenant_id=TENANT)
        with pytest.raises(crypto.SealBrokenError):
            call(fresh, purpose="other", tenant_id=uuid4()) if call is crypto.unseal else call(
                sealed, purpose="other", tenant_id=TENANT
            )


def test_the_first_version_still_opens_and_becomes_an_envelope(settings) -> None:
    sealed = first_version("옛 비밀번호", settings.SECRET_KEY)
    assert crypto.unseal(sealed, purpose=PURPOSE, tenant_id=TENANT) == "옛 비밀번호"
    fresh = crypto.rewrap(sealed, purpose=PURPOSE, tenant_id=TENANT)
    assert fresh
    assert fresh.startswith("v2.")
    assert crypto.unseal(fresh, purpose=PURPOSE, tenant_id=TENANT) == "옛 비밀번호"
    with pytest.raises(crypto.SealBrokenError):
        crypto.unseal(first_version("x", "an unknown secret"), purpose=PURPOSE)


@pytest.fixture(scope="module")
def endpoint():
    """The address of a real HTTP server that speaks KMS."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def kms(endpoint, monkeypatch, settings):
    """KMS with a key; the settings name it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = boto3.client("kms", endpoint_url=endpoint, region_name="us-east-1")
    settings.KMS_KEY_ID = client.create_key()["KeyMetadata"]["KeyId"]
    settings.KMS_ENDPOINT_URL, settings.KMS_REGION = endpoint, "us-east-1"
    return client


def test_kms_wraps_what_belongs_to_tenants(kms, settings) -> None:
    sealed = crypto.seal("비밀번호", purpose=PURPOSE, tenant_id=TENANT)
    settings.SECRET_KEY = "of no use for it"
    assert crypto.unseal(sealed, purpose=PURPOSE, tenant_id=TENANT) == "비밀번호"
    with pytest.raises(crypto.SealBrokenError):
        crypto.unseal(sealed, purpose=PURPOSE, tenant_id=uuid4())
    with pytest.raises(crypto.SealBrokenError):
        crypto.unseal(sealed, purpose="other", tenant_id=TENANT)
    of_nobody = crypto.seal("totp", purpose="identity.factor")
    assert of_nobody.split(".")[1].startswith("l")


def test_values_move_to_kms_and_to_its_next_key(kms, settings, endpoint) -> None:
    key_id, settings.KMS_KEY_ID = settings.KMS_KEY_ID, ""
    local = crypto.seal("비밀번호", purpose=PURPOSE, tenant_id=TENANT)
    settings.KMS_KEY_ID = key_id
    first = crypto.rewrap(local, purpose=PURPOSE, tenant_id=TENANT)
    assert first
    assert crypto.rewrap(first, purpose=PURPOSE, tenant_id=TENANT) is None
    settings.KMS_KEY_ID = kms.create_key()["KeyMetadata"]["KeyId"]
    second = crypto.rewrap(first, purpose=PURPOSE, tenant_id=TENANT)
    assert second
    for sealed in (local, first, second):
        assert crypto.unseal(sealed, purpose=PURPOSE, tenant_id=TENANT) == "비밀번호"


def test_an_unwrapped_key_is_kept_for_a_while(kms, settings) -> None:
    sealed = crypto.seal("비밀번호", purpose=PURPOSE, tenant_id=TENANT)
    assert crypto.unseal(sealed, purpose=PURPOSE, tenant_id=TENANT) == "비밀번호"
    kms.disable_key(KeyId=settings.KMS_KEY_ID)
    assert crypto.unseal(sealed, purpose=PURPOSE, tenant_id=TENANT) == "비밀번호"


def test_without_its_keeper_nothing_is_sealed_or_opened(kms, settings) -> None:
    sealed = crypto.seal("비밀번호", purpose=PURPOSE, tenant_id=TENANT)
    settings.KMS_ENDPOINT_URL = "http://127.0.0.1:9"
    with pytest.raises(Unavailable):
        crypto.seal("비밀번호", purpose=PURPOSE, tenant_id=TENANT)
    with pytest.raises(Unavailable):
        crypto.unseal(sealed, purpose=PURPOSE, tenant_id=TENANT)
    settings.KMS_KEY_ID = ""  # a secret of the installation opens no key of KMS
    with pytest.raises(Unavailable):
        crypto.unseal(sealed, purpose=PURPOSE, tenant_id=TENANT)
