"""Which character set some bytes are in, when nobody says or what is said cannot be true.

Long texts go to the library; it errs on short ones, and subjects are short. There the shape tells:
Korean, Chinese and Japanese letters come as pairs from known rows, Cyrillic as words all above
ASCII, Western letters one by one among ASCII. Source: KS X 1001, GB 2312, JIS X 0208 (rows).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from charset_normalizer import from_bytes

_HIGH = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\x80-\xff]+")
_SAMPLE_BYTES: Final = 32_768
_LONG_BYTES: Final = 400
_FILLER: Final = "\u3164"
_HANGUL = re.compile(r"[가-힣ㄱ-ㆎ]")
_HANGUL_ONLY = re.compile(
    r"[\x00-\x7f가-힣ㄱ-ㆎ\u3000-\u303f\uff00-\uffef\u2010-\u203b\u2190-\u21ff\u2460-\u27bf·…★☆○●"
    r"一-龥℃㎡㈜°±×÷]+"
)
_KANA = re.compile(r"[ぁ-ヿ]")
_HALF_KANA = re.compile(r"[\uff61-\uff9f]")
_HAN = re.compile(r"[一-龥]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\x80-\x9f]")
_BESIDE_LATIN = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
_USUAL_KANJI = re.compile(rb"[\x88-\x97][\x40-\xfc]")
_USUAL_HANGUL: Final = frozenset(
    "이다는에의을가하고로지기사를은도한자어인대리시나그서스정해일아수보만부상과장전제들라원구면적주세용여조소요것"
    "성러안니내있없연공우동비유생마관게무문신심경진방오치회모계물화때음중영선민간발현미위명야거되된됩려력결등학교"
    "습까합감드립녕답변송배환불품취확반입출금액카메일번호접건청처완료업체고객담당김박최강윤임한홍길"
)
_FEW: Final = 4
_LETTERS_SHARE: Final = 0.8
_SYMBOL_IN_WORD = re.compile(r"[a-z][¹³¯¿£¥¼½¾ª](?=[a-z])|\b[¯][a-zó]|[a-z][¹³¿ª](?=\W|$)")
_TURKISH = re.compile(r"[þÞðÐ]")
_ICELANDIC = re.compile(r"[æÆáíóúé]")
_WORD_BYTES: Final = 4


def guess(raw: bytes) -> tuple[str, str]:
    """A text for any bytes, and the codec it was read by."""
    for codec in _candidates(raw[:_SAMPLE_BYTES]):
        text = _strict(raw, codec)
        if text is not None:
            return text, codec
    return _latin(raw)


def _candidates(sample: bytes) -> list[str]:
    """Codecs in the order in which they are likely."""
    wide = _wide(sample)
    if wide:
        return [wide]
    if _isolated(sample):
        found = _by_library(sample) if len(sample) > _LONG_BYTES else []
        return [codec for codec in found if codec in _WESTERN]
    scores = {codec: _score(sample, codec) for codec in _SCORED}
    ranked = sorted((c for c in scores if scores[c] > 0), key=lambda c: -scores[c])
    best = ranked[:1]
    if best and scores[best[0]] > _SURE:
        return best
    return [*_by_library(sample), *best] if len(sample) > _LONG_BYTES else best


def _wide(sample: bytes) -> str:
    """UTF-16 without saying so: every other byte is nothing."""
    if len(sample) >= _WORD_BYTES and sample.count(0) * 3 > len(sample):
        return "utf-16-be" if sample[::2].count(0) > sample[1::2].count(0) else "utf-16-le"
    return {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}.get(sample[:2], "")


def _isolated(sample: bytes) -> bool:
    """Letters beyond ASCII one by one among others: a Western language."""
    runs = _RUN.findall(sample)
    lone = sum(1 for run in runs if len(run) == 1)
    return lone * 5 >= len(runs) * 4 and len(_HIGH.findall(sample)) * 3 <= len(sample)


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError):
        return None


_WESTERN: Final = frozenset(
    {"cp1250", "cp1252", "cp1254", "cp1257", "iso8859_2", "iso8859_15", "iso8859_16", "mac_roman"}
)
_SCORED: Final = (
    "cp949",
    "euc_jp",
    "cp932",
    "gb18030",
    "big5hkscs",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1255",
    "cp1256",
    "cp874",
)
_SURE: Final = 0.75
_PAIRS = re.compile(rb"([\xa1-\xfe])([\xa1-\xfe])|[\x80-\xff]")


def _score(sample: bytes, codec: str) -> float:
    """How much of the text beyond ASCII are letters that the language uses; 0 when impossible."""
    text = _strict(sample, codec) or _strict(sample[:-1], codec)
    if text is None or _PRIVATE.search(text):
        return 0.0
    beyond = sum(1 for letter in text if letter > "\x7f")
    if not beyond:
        return 0.0
    return _RULES[codec](sample, text) / beyond


def _korean(_sample: bytes, text: str) -> float:
    """Syllables; those of the standard count in full, and some must be among the usual ones."""
    hangul = _HANGUL.findall(text)
    if not hangul or not _HANGUL_ONLY.fullmatch(text):
        return 0.0
    # the filler of blank names would be read back as the beginning of a composed syllable
    written = "".join(hangul).replace(_FILLER, "")
    fillers = len(hangul) - len(written)
    again = written.encode("euc_kr", "ignore").decode("euc_kr")
    standard = len(_HANGUL.findall(again)) + fillers
    usual = any(letter in _USUAL_HANGUL for letter in hangul)
    share = 1.0 if usual or len(hangul) <= _FEW // 2 else 0.86 if len(hangul) <= _FEW else 0.4
    rare = len(hangul) - standard
    others = (len(_HAN.findall(text)) + len(text) - len(hangul)) * 0.05
    return max((standard - rare) * share, 0.1) + others


def _euc_japanese(_sample: bytes, text: str) -> float:
    kana = set(_KANA.findall(text))
    if len(kana) < 2 or _HALF_KANA.search(text):  # noqa: PLR2004 one may be chance
        return 0.0
    return len(_KANA.findall(text)) * 1.1 + len(_HAN.findall(text)) * 0.9


def _shift_japanese(sample: bytes, text: str) -> float:
    kana = len(_KANA.findall(text))
    half = len(_HALF_KANA.findall(text))
    han = len(_HAN.findall(text))
    if not kana:  # common Chinese letters of Japan alone, as in short subjects
        common = len(_USUAL_KANJI.findall(sample))
        return common * 0.9 if common and common == han and not half else 0.0
    return kana * 1.1 + han * 0.8 + half * 0.6


def _simplified(sample: bytes, text: str) -> float:
    common = len(re.findall(rb"[\xb0-\xd7][\xa1-\xfe]", sample))
    signs = len(re.findall(r"[，。、；：？！“”（）《》]", text))
    return min(common, len(_HAN.findall(text))) * 0.85 + signs


def _traditional(sample: bytes, text: str) -> float:
    common = len(re.findall(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]", sample))
    low = re.search(rb"[\xa4-\xc6][\x40-\x7e]", sample)
    signs = len(re.findall(r"[，。、；：？！「」（）]", text))
    return min(common, len(_HAN.findall(text))) * (0.95 if low else 0.5) + signs


def _alphabet(usual: str, letters: str) -> Callable[[bytes, str], float]:
    """A rule for languages of one byte a letter: words of its letters, the usual ones above all."""
    every = re.compile(f"[{letters}]")
    common = re.compile(f"[{usual}]")

    def rule(sample: bytes, text: str) -> float:
        if _BESIDE_LATIN.search(sample) or not any(len(run) > 1 for run in _RUN.findall(sample)):
            return 0.0
        found = len(every.findall(text))
        beyond = sum(1 for letter in text if letter > "\x7f")
        if found < beyond * _LETTERS_SHARE:
            return 0.0
        return found * 0.45 + len(common.findall(text)) * 0.65

    return rule


_RULES: Final = {
    "cp949": _korean,
    "euc_jp": _euc_japanese,
    "cp932": _shift_japanese,
    "gb18030": _simplified,
    "big5hkscs": _traditional,
    "cp1251": _alphabet("оеаинтсрвл", "А-яЁё№—–«»"),
    "koi8_r": _alphabet("оеаинтсрвл", "А-яЁё"),
    "cp1253": _alphabet("αοιετσνηυρς", "Ά-ώ«»"),
    "cp1255": _alphabet("יוהלאשרתבמ", "א-תְ-ׇ"),
    "cp1256": _alphabet("اليمونتربة", "ء-ْ،؛؟پچژگ"),
    "cp874": _alphabet("านรอกเงมยล่้", "ก-๛"),
}


def _by_library(sample: bytes) -> list[str]:
    best = from_bytes(sample[:8_192]).best()
    return [best.encoding] if best is not None and best.encoding != "ascii" else []


def _latin(raw: bytes) -> tuple[str, str]:
    """Western letters; Turkish or Polish where signs would stand inside words otherwise."""
    text = _strict(raw, "cp1252")
    if text is None:
        return raw.decode("latin-1"), "latin-1"
    if _SYMBOL_IN_WORD.search(text) and (found := _strict(raw, "cp1250")) is not None:
        return found, "cp1250"
    if _TURKISH.search(text) and not _ICELANDIC.search(text):
        return _strict(raw, "cp1254") or text, "cp1254"
    return text, "cp1252"
