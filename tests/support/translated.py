"""A small book with an interview and its translations."""

from __future__ import annotations

from pathlib import Path

ASKER, GUEST = "{name: Ada Moor, role: interviewer}", "{name: Ben Quay, role: interviewee}"
SETTINGS = "title: Harbours\nslug: harbours\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\n"
LAMP = (
    "**Who lights the lamp?**\n\nThe keeper lights it at dusk.\n\n"
    "**Who puts it out?**\n\nNobody: it goes out by itself.\n\n"
    "## The night\n\n**How long does the oil last?**\n\nSeven nights in winter.\n"
)
LAMPE = (
    "**Wer zündet die Lampe an?**\n\nDer Wärter zündet sie in der Dämmerung an.\n\n"
    "**Wer löscht sie?**\n\nNiemand: Sie geht von selbst aus.\n\n"
    "## Die Nacht\n\n**Wie lange reicht das Öl?**\n\nSieben Nächte im Winter.\n"
)
MENORA = (
    "**מי מדליק את המנורה?**\n\nהשומר מדליק אותה עם רדת החשכה.\n\n"
    "**מי מכבה אותה?**\n\nאף אחד: היא כבה מעצמה.\n\n"
    "## הלילה\n\n**כמה זמן מספיק השמן?**\n\nשבעה לילות בחורף.\n"
)


def write_interview(
    folder: Path,
    slug: str,
    language: str,
    body: str,
    keys: str = "",
    title: str = "",
    people: str = f"{ASKER}, {GUEST}",
) -> None:
    """Write an interview into a book's folder."""
    (folder / "interviews").mkdir(parents=True, exist_ok=True)
    head = f"title: {title or slug.title()}\nbyline: The desk\nlanguage: {language}\npeople: [{people}]\n{keys}"
    (folder / "interviews" / f"{slug}.md").write_text(f"---\n{head}---\n\n{body}", encoding="utf-8")


def write_book(
    folder: Path, original: str = LAMP, translation: str = LAMPE, keys: str = "", settings: str = ""
) -> Path:
    """Write a book with an English interview and its German translation."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "book.yaml").write_text(SETTINGS + settings, encoding="utf-8")
    write_interview(folder, "lamp", "en", original)
    translator = "{name: Eva Tide, role: translator}"
    people = f"{ASKER}, {GUEST}, {translator}"
    write_interview(folder, "lampe", "de", translation, f"translation_of: lamp\n{keys}", people=people)
    return folder
