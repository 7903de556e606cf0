"""Recall on Korean forms: what a plain scan of the texts finds, the index finds, and nothing else.

A support desk's nouns with the particles and endings people really write, run together or apart,
composed or not, beside English and numbers. The scan looks for the noun, as typed without ending.
"""

import random
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest

from onque.kernel import clock
from onque.kernel.ids import new_id
from onque.kernel.search import index, terms
from onque.kernel.search.documents import documents
from onque.kernel.tenancy import tenant_scope

FORMS = Path(__file__).with_name("korean_forms.txt").read_text(encoding="utf-8")
NOUNS, ENDINGS = (line.split() for line in FORMS.splitlines())
TYPED = ("", "", "", "을", "를", "이", "가", "은", "는", "에서", "으로", "해주세요", "했어요")
FILLERS = (
    "어제",
    "오늘",
    "정말",
    "빨리",
    "please",
    "iPhone15",
    "2026-01-03",
    "10,000원",
    "ㅠㅠ",
    "1:1",
)
DOCUMENTS, QUERIES, LEAST = 3_000, 400, 0.99


def written(random_: random.Random) -> str:
    """Return a text as customers write them: some nouns in some form among other words."""
    words = [random_.choice(FILLERS)]
    for noun in random_.sample(NOUNS, random_.randint(1, 6)):
        blank = " " if random_.random() < 0.1 else ""
        words.append(noun + blank + random_.choice(ENDINGS))
    if random_.random() < 0.2:
        words = ["".join(words)]
    text = " ".join(words)
    return unicodedata.normalize("NFD", text) if random_.random() < 0.1 else text


def scanned(texts, nouns):
    """Return the ids of the texts that hold every noun, by reading them all."""
    return {key for key, text in texts.items() if all(noun in text for noun in nouns)}


def found(typed):
    """Return every id the index gives for the words, page after page."""
    wanted, ids, after = terms.conditions(typed), set(), None
    while True:
        hits, is_all = index.find("recall", wanted, after=after, enough=50)
        ids |= {hit.object_id for hit in hits}
        if is_all or not hits:
            return ids
        after = (hits[-1].at, hits[-1].id)


@pytest.mark.django_db
def test_recall_on_korean_forms_against_a_plain_scan(cast):
    random_, now = random.Random(20260103), clock.now()
    texts = {new_id(): written(random_) for _ in range(DOCUMENTS)}
    plain = {key: unicodedata.normalize("NFC", text) for key, text in texts.items()}
    there = hit = extra = 0
    with tenant_scope(cast.acme.id):
        documents.put(
            "recall",
            [
                (key, None, now - timedelta(seconds=at), text)
                for at, (key, text) in enumerate(texts.items())
            ],
        )
        for _ in range(QUERIES):
            nouns = random_.sample(NOUNS, random_.choice((1, 1, 2, 3)))
            expected = scanned(plain, nouns)
            got = found([noun + random_.choice(TYPED) for noun in nouns])
            there, hit, extra = (
                there + len(expected),
                hit + len(expected & got),
                extra + len(got - expected),
            )
    assert there > QUERIES
    assert hit / there >= LEAST, f"{hit} of {there}"
    assert not extra
