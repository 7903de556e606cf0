import pytest

from onque.kernel import crypto


def test_sealed_text_opens_for_its_purpose_only(settings) -> None:
    sealed = crypto.seal("비밀번호", purpose="mail.mailbox")
    assert "비밀번호" not in sealed
    assert sealed != crypto.seal("비밀번호", purpose="mail.mailbox")
    assert crypto.unseal(sealed, purpose="mail.mailbox") == "비밀번호"
    for other in (sealed[:-2] + "AA", "plain", "v1.!", "v1.AAAA"):
        with pytest.raises(crypto.SealBrokenError):
            crypto.unseal(other, purpose="mail.mailbox")
    with pytest.raises(crypto.SealBrokenError):
        crypto.unseal(sealed, purpose="other")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next secret"
    assert crypto.unseal(sealed, purpose="mail.mailbox") == "비밀번호"
