"""Test that letters of old encodings are right or a doubt, and that the language of a text is found."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from onrecord.importers.common.decoding import decode_text
from onrecord.importers.common.language import detect_language
from onrecord.importers.readers.timed_xml import read_timed_xml
from onrecord.model.problems import Refused
from tests.importers.test_import_file import import_draft, import_source

# A text of about 200 characters in each language: about a press, and how an import reads it.
TEXTS = {
    "de": "Die Druckerei öffnet früh. Zuerst prüfen wir die Größe der Blätter, dann die Farbe. Wenn etwas fehlt, hören "
    "wir auf und zählen noch einmal. Das dauert länger, als man glaubt, aber es lohnt sich für jedes Buch.",
    "fr": "L’imprimerie ouvre très tôt. D’abord nous vérifions la taille des feuilles, puis l’encre. Si une page "
    "manque, on s’arrête et l’on recommence à compter. Ça prend du temps, mais le résultat mérite cet effort.",
    "es": "La imprenta abre muy temprano. Primero comprobamos el tamaño de las hojas y después la tinta. Si falta una "
    "página, paramos y contamos otra vez. ¿Cuánto se tarda? Más de lo que parece, según el año.",
    "pl": "Drukarnia otwiera się wcześnie rano. Najpierw sprawdzamy wielkość arkuszy, później kolor. Jeżeli czegoś "
    "brakuje, przestajemy i liczymy jeszcze raz. Trwa to dłużej, niż się wydaje, lecz każda książka na tym zyskuje.",
    "cs": "Tiskárna otevírá brzy ráno. Nejdříve kontrolujeme velikost archů, potom barvu. Když něco chybí, přestaneme "
    "a počítáme ještě jednou. Trvá to déle, než se zdá, ale každé knize to prospěje.",
    "hu": "A nyomda korán reggel nyit. Először megnézzük az ívek méretét, azután a festéket. Ha valami hiányzik, "
    "megállunk, és újra megszámoljuk. Ez tovább tart, mint hinnénk, de minden könyvnek jót tesz, főleg a hosszúnak.",
    "ro": "Tipografia deschide devreme. Mai întâi verificăm mărimea colilor, apoi cerneala. Dacă lipseşte ceva, ne "
    "oprim şi numărăm încă o dată. Durează mai mult decât pare, dar fiecare carte câştigă din asta.",
    "tr": "Basımevi sabah erken açılır. Önce kâğıtların boyunu, sonra mürekkebi denetleriz. Bir şey eksikse durur ve "
    "yeniden sayarız. Bu iş sanıldığından uzun sürer, ama her kitap için değer, özellikle büyük olanlar için.",
    "ru": "Типография открывается рано утром. Сначала мы проверяем размер листов, потом краску. Если чего-то не "
    "хватает, мы останавливаемся и считаем ещё раз. Это дольше, чем кажется, но для книги это полезно.",
    "uk": "Друкарня відчиняється рано вранці. Спочатку ми перевіряємо розмір аркушів, потім фарбу. Якщо чогось "
    "бракує, ми зупиняємося і рахуємо ще раз. Це довше, ніж здається, але кожній книжці це корисно.",
    "bg": "Печатницата отваря рано сутрин. Първо проверяваме размера на листовете, после мастилото. Ако нещо липсва, "
    "спираме и броим отново. Това трае по-дълго, отколкото изглежда, но е полезно за всяка книга.",
    "el": "Το τυπογραφείο ανοίγει νωρίς το πρωί. Πρώτα ελέγχουμε το μέγεθος των φύλλων και μετά το μελάνι. Αν κάτι "
    "λείπει, σταματάμε και μετράμε ξανά. Διαρκεί περισσότερο από όσο φαίνεται, αλλά αξίζει για κάθε βιβλίο.",
    "he": "בית הדפוס נפתח מוקדם בבוקר. תחילה אנו בודקים את גודל הגיליונות ואחר כך את הדיו. אם משהו חסר, אנו עוצרים "
    "וסופרים שוב. זה נמשך זמן רב יותר ממה שנראה, אבל כל ספר מרוויח מזה.",
    "ar": "تفتح المطبعة في الصباح الباكر. نفحص أولا حجم الأوراق ثم الحبر. إذا نقص شيء نتوقف ونعد مرة أخرى. يستغرق ذلك "
    "وقتا أطول مما يبدو، لكن كل كتاب يستفيد منه.",
    "zh": "印刷厂一大早就开门。我们先检查纸张的大小，然后检查油墨。如果缺少什么，我们就停下来再数一遍。"
    "这比看起来要花更长的时间，但是对每一本书都有好处。",
    "ja": "印刷所は朝早く開きます。まず紙の大きさを確かめ、それからインクを確かめます。何か足りなければ、止まって"
    "もう一度数えます。思ったより時間がかかりますが、どの本にも役に立ちます。",
    "ko": "인쇄소는 아침 일찍 문을 엽니다. 먼저 종이의 크기를 확인하고 그다음 잉크를 확인합니다. 무엇인가 빠졌으면 "
    "멈추고 다시 셉니다. 생각보다 오래 걸리지만 모든 책에 도움이 됩니다.",
    "sv": "Tryckeriet öppnar tidigt på morgonen. Först kontrollerar vi arkens storlek, sedan färgen. Om något saknas "
    "slutar vi och räknar en gång till. Det tar längre tid än man tror, men varje bok mår bra av det.",
}
PAIRS = [
    *[("de", encoding) for encoding in ("cp1252", "mac_roman", "cp850")],
    *[("fr", encoding) for encoding in ("cp1252", "mac_roman")],
    *[("es", encoding) for encoding in ("cp1252", "iso8859-15", "mac_roman")],
    *[(language, encoding) for language in ("pl", "cs", "hu", "ro") for encoding in ("cp1250", "iso8859-2")],
    *[("ru", encoding) for encoding in ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac_cyrillic")],
    *[("uk", "cp1251"), ("bg", "cp1251"), ("el", "cp1253"), ("el", "iso8859-7"), ("tr", "cp1254"), ("tr", "iso8859-9")],
    *[
        ("he", "cp1255"),
        ("ar", "cp1256"),
        ("zh", "gb18030"),
        ("ja", "shift_jis"),
        ("ja", "euc_jp"),
        ("ja", "iso2022_jp"),
    ],
    *[("ko", "euc_kr"), ("sv", "cp1252"), ("sv", "mac_roman")],
]


def decode(data: bytes) -> tuple[str, bool]:
    """Return the text, and whether its letters are a doubt."""
    text, notes = decode_text(data, "old.txt")
    return text, any(note.rule == "letters-are-right" for note in notes)


@pytest.mark.parametrize(("language", "encoding"), PAIRS)
def test_letters_of_old_encodings_are_right_or_a_doubt(language: str, encoding: str) -> None:
    """60, 200 and 1,000 characters; only short texts may be a doubt."""
    for length in (60, 200, 1000):
        data = (TEXTS[language] * 8)[:length].encode(encoding, "ignore")
        text, is_doubt = decode(data)
        assert is_doubt or text == data.decode(encoding)
        assert not is_doubt or length == 60


def test_at_most_one_short_text_in_ten_is_a_doubt() -> None:
    pieces = [
        (TEXTS[language][start : start + 60].encode(encoding, "ignore"), encoding)
        for language, encoding in PAIRS
        for start in (0, 60, 120)
    ]
    pieces = [(data, encoding) for data, encoding in pieces if not data.isascii()]
    results = [(decode(data), data.decode(encoding)) for data, encoding in pieces]
    assert [(text, right) for (text, is_doubt), right in results if text != right and not is_doubt] == []
    assert sum(is_doubt for (_, is_doubt), _ in results) <= 0.1 * len(results)


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_a_text_is_found(language: str) -> None:
    assert detect_language(TEXTS[language]) == language


@pytest.mark.parametrize("words", ["", "1984", "Okay.", "♪ ♪"])
def test_too_few_words_have_no_language(words: str) -> None:
    assert detect_language(words) == ""


@pytest.mark.parametrize("language", ["de", "ru", "el", "he", "zh", "ja", "ko"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-8-sig"])
def test_unicode_of_any_width_is_read(language: str, encoding: str) -> None:
    text = TEXTS[language].replace(". ", ".\n").replace("。", "。\n")
    assert decode(text.encode(encoding)) == (text, False)


CAPTIONS = "1\n00:00:01,000 --> 00:00:02,000\n{}\n\n2\n00:00:03,000 --> 00:00:04,000\n{}\n"


@pytest.mark.parametrize(("language", "encoding"), PAIRS)
def test_short_captions_have_the_right_letters_or_a_doubt(tmp_path: Path, language: str, encoding: str) -> None:
    sentences = TEXTS[language].replace("。", "。 ").replace("?", "? ").split(". ")[:2]
    data = CAPTIONS.format(*(sentences * 2)[:2]).encode(encoding, "ignore")
    draft = import_draft(tmp_path, "old.srt", data)
    words = " ".join(c.words for _, c, _ in draft.passages)
    right = " ".join(data.decode(encoding).split("\n")[n] for n in (2, 6))
    assert "".join(words.split()) == "".join(right.split()) or draft.doubts


def test_a_doubt_about_letters_stands_in_the_file_and_names_both(tmp_path: Path) -> None:
    """The words are the same length and plausible in two encodings."""
    data = "Q: Zażółć?\n\nA: Źródło żółte ćmy śnią.\n".encode("cp1250")
    _, result, problems = import_source(tmp_path, "old.txt", data)
    rules = [problem.rule for problem in problems]
    assert "text-is-utf-8" in rules
    assert ("letters-are-right" in rules) == ("Are the letters right?" in result)


@pytest.mark.parametrize("declared", ["", "the right one", "utf-8", "iso-8859-1", "gb2312", "euc-jp"])
@pytest.mark.parametrize(
    ("language", "encoding"),
    [("ko", "euc_kr"), ("ko", "johab"), ("ja", "shift_jis"), ("ko", "iso2022_kr"), ("ru", "cp1251"), ("de", "utf-8")],
)
def test_the_letters_of_xml_are_right_or_a_doubt(language: str, encoding: str, declared: str) -> None:
    """Whatever encoding it declares; it may also be refused, but not if it declares the right one."""
    declared = encoding.replace("_", "-").replace("iso", "iso-") if declared == "the right one" else declared
    declaration = f' encoding="{declared}"' if declared else ""
    xml = f"<?xml version='1.0'{declaration}?><tt><body><p begin='1s'>{TEXTS[language]}</p></body></tt>"
    is_right_one = declared.replace("-", "").replace("_", "") == encoding.replace("_", "")
    try:
        reading = read_timed_xml(xml.encode(encoding), "talk.xml")
    except Refused:
        assert not is_right_one
        return
    words = " ".join(clipping.words for clipping in reading.clippings)
    is_doubt = any(note.rule == "letters-are-right" for note in reading.notes)
    assert words == TEXTS[language] or (is_doubt and not is_right_one)


def test_a_page_that_names_a_wrong_encoding_is_not_believed(tmp_path: Path) -> None:
    page = f"<html><head><meta charset='iso-8859-1'></head><body><p>{TEXTS['ru']}</p></body></html>"
    draft = import_draft(tmp_path, "old.html", page.encode("cp1251"))
    assert TEXTS["ru"][:30] in " ".join(clipping.words for _, clipping, _ in draft.passages)


def test_a_page_that_names_its_encoding_has_no_warning(tmp_path: Path) -> None:
    page = f"<html><head><meta charset='windows-1251'></head><body><p>{TEXTS['ru']}</p></body></html>"
    _, _, problems = import_source(tmp_path, "old.html", page.encode("cp1251"))
    assert not [problem for problem in problems if problem.rule in ("text-is-utf-8", "letters-are-right")]


def test_text_that_was_encoded_twice_is_a_doubt() -> None:
    text = TEXTS["de"].encode().decode("cp1252", "ignore")
    assert decode(text.encode())[1]
    assert not decode(TEXTS["fr"].encode())[1]
    assert not decode("Ça, c’est “Ã” et “Â”.".encode())[1]


def test_bytes_that_are_no_text_are_refused() -> None:
    for data in (b"\x00\x01\x02" * 100, bytes(range(256)) * 4, codecs.BOM_UTF32_LE + b"\xff" * 8):
        with pytest.raises(Refused):
            decode_text(data, "old.txt")
