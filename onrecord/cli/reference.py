"""Write the manual's reference: keys, commands, exit codes, rules, fields of files for scripts, CSS classes and tokens.

`python -m onrecord.cli.reference` rewrites the four chapters in `docs/`; a test compares them with the code.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from onrecord.cli.command_line import COMMANDS
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.reference_styles import CLASSES, TOKENS
from onrecord.manuscript.key_kinds import Key, KeyTable, Kind
from onrecord.manuscript.known_keys import TABLES
from onrecord.manuscript.shared_keys import LANGUAGE_PATTERN
from onrecord.model.rule import Rule, Severity

Rows = Iterable[Sequence[str]]

_HEADINGS = {"book": "The book", "interview": "Interviews", "pack": "Packs", "index": "The index"}
_KINDS = {
    Kind.TEXT: ("a text in one line; in quotation marks if it contains a colon and a space, or ` #`", "title: Harbour"),
    Kind.TEXTS: ("texts in brackets, or one after another with commas", "tags: [harbour, night work]"),
    Kind.NAMED_TEXTS: ("a name and a text for each", 'views: "The views are those of the guests."'),
    Kind.DATE: ("year, month, day", "date: 2026-01-31"),
    Kind.ANY_DATE: ("year, month, day; or year and month; or a year alone", "date: 1979-05"),
    Kind.MOMENT: ("date, time and time zone", "date: 2026-01-31 09:00 +01:00"),
    Kind.COUNT: ("a whole number", "note_pages: 2"),
    Kind.FLAG: ("`yes` or `no`", "large_print: yes"),
    Kind.CHOICE: ("one of the values in the last column; capitals do not count", "trim: A5"),
    Kind.LANGUAGE: ("a language tag (BCP 47)", "language: pt-BR"),
    Kind.SECTION: ("keys with values, in braces or on lines of their own", "source: {file: pilot.txt}"),
    Kind.SECTIONS: ("a section after each hyphen", "- {title: The First Part, interviews: [pilot]}"),
    Kind.ENTRIES: ("a text or a section after each hyphen", "- {tag: harbour}"),
}
_EXIT_CODES = {
    0: "done",
    1: "the manuscript has problems; all were printed, nothing was delivered",
    2: "the command was not understood",
    70: "a fault of On Record: please report it",
    74: "the computer is to blame: a library or font is missing or has another version, the disk is full, "
    "a folder cannot be written to",
    129: "stopped because the terminal was closed (SIGHUP)",
    130: "stopped with Ctrl-C",
    141: "the program that read the output ended first",
    143: "stopped by another program (SIGTERM)",
}
# Path of the field -> type and meaning. [] is every entry of a list, * is every name.
OUTLINE_FIELDS = {
    "version": ("number", "the version of this format; it is raised when a field changes its meaning or goes away"),
    "slug": ("text", "the name of the book's files"),
    "title": ("text", "the title of the book"),
    "language": ("text", "the language of the book (BCP 47)"),
    "date": ("text", "the date of the book: a day, a month or a year"),
    "identifier": ("text", "its ISBN, as `urn:isbn:…`, or another URN"),
    "subtitle": ("text", "the subtitle; only there if the book has one"),
    "editors": ("list of texts", "the editors; only there if it has any"),
    "publisher": ("text", "the publisher; only there if it has one"),
    "edition": ("text", "the edition; only there if it says so"),
    "rights": ("text", "who holds the rights to the book; only there if it says so"),
    "description": ("text", "what the book is about; only there if it says so"),
    "url": ("text", "where the web edition is published; only there if it says so"),
    "changes_since": ("text", "the record with which a page of changes compares; only there if there is one"),
    "redirects": ("section", "old web addresses with the new ones; only there if there are any"),
    "more": ("section", "the book's keys of your own; only there if there are any"),
    "parts": ("list", "the parts; a book without parts has one, with an empty title"),
    "parts[].title": ("text", "the title of the part"),
    "parts[].interviews": ("list", "its interviews, in order"),
    "parts[].interviews[].slug": ("text", "the name of the interview's file"),
    "parts[].interviews[].title": ("text", "its title"),
    "parts[].interviews[].standfirst": ("text", "its standfirst, or an empty text"),
    "parts[].interviews[].byline": ("text", "its byline, or an empty text"),
    "parts[].interviews[].language": ("text", "its language"),
    "parts[].interviews[].disclaimer": ("text", "its disclaimer, or an empty text"),
    "parts[].interviews[].file": ("text", "its file in the book's folder"),
    "parts[].interviews[].status": ("text", "`draft`, `cleared` or `withdrawn`"),
    "parts[].interviews[].date": ("text", "its date; only there if it has one"),
    "parts[].interviews[].tags": ("list of texts", "its tags; only there if it has any"),
    "parts[].interviews[].withdrawn": ("section", "its notice; only there if it was withdrawn with one"),
    "parts[].interviews[].withdrawn.date": ("text", "when it was withdrawn"),
    "parts[].interviews[].withdrawn.reason": ("text", "why, or an empty text"),
    "parts[].interviews[].embargo": ("text", "when it may go out; only there if it is under embargo"),
    "parts[].interviews[].disclaimer_name": ("text", "the name of its disclaimer; only there if it has one"),
    "parts[].interviews[].source": ("section", "where the words come from; only there if it says so"),
    "parts[].interviews[].source.file": ("text", "the original, a file in the book's folder"),
    "parts[].interviews[].source.sha256": ("text", "its SHA-256"),
    "parts[].interviews[].source.url": ("text", "where it was published"),
    "parts[].interviews[].source.retrieved": ("text", "when it was retrieved"),
    "parts[].interviews[].recordings": ("list", "its recordings, in order; only there if there are any"),
    "parts[].interviews[].recordings[].file": ("text", "the recording, a file in the book's folder"),
    "parts[].interviews[].recordings[].url": ("text", "where it is published"),
    "parts[].interviews[].recordings[].sha256": ("text", "its SHA-256"),
    "parts[].interviews[].recordings[].type": ("text", "its media type"),
    "parts[].interviews[].recordings[].offset": ("number", "what time marks say where it begins; only there if not 0"),
    "parts[].interviews[].recordings[].duration": ("number", "how long it is, in seconds; only there if it is known"),
    "parts[].interviews[].recordings[].qr": ("yes or no", "whether print shows a QR code; only there if it does"),
    "parts[].interviews[].corrections": ("list", "what was corrected; only there if something was"),
    "parts[].interviews[].corrections[].date": ("text", "when"),
    "parts[].interviews[].corrections[].text": ("text", "what is right"),
    "parts[].interviews[].approved": ("section", "its approval; only there if somebody approved it"),
    "parts[].interviews[].approved.by": ("text", "who approved it"),
    "parts[].interviews[].approved.date": ("text", "when, or an empty text"),
    "parts[].interviews[].rights": ("text", "who holds the rights; only there if the interview says so"),
    "parts[].interviews[].people": ("list", "everybody who took part"),
    "parts[].interviews[].people[].name": ("text", "the name of the person"),
    "parts[].interviews[].people[].role": ("text", "what the person did"),
    "parts[].interviews[].people[].affiliation": ("text", "the affiliation, or an empty text"),
    "parts[].interviews[].people[].role_name": ("text", "the name of a role of your own; only there if it is one"),
    "parts[].interviews[].people[].labels": ("list of texts", "the labels; only there if there are any"),
    "parts[].interviews[].people[].id": ("text", "who it is in a register; only there if the file says so"),
    "parts[].interviews[].people[].note": ("text", "the note on the person; only there if there is one"),
    "parts[].interviews[].people[].picture": ("section", "the person's picture; only there if there is one"),
    "parts[].interviews[].people[].picture.file": ("text", "its path in the book's folder"),
    "parts[].interviews[].people[].picture.alt": ("text", "what it shows"),
    "parts[].interviews[].people[].picture.width": ("number", "pixels"),
    "parts[].interviews[].people[].picture.height": ("number", "pixels"),
    "parts[].interviews[].people[].more": ("section", "the person's keys of your own; only there if there are any"),
    "parts[].interviews[].more": ("section", "keys of your own; only there if there are any"),
    "parts[].interviews[].turns": ("list", "introduction, questions, answers, headings and notes, in order"),
    "parts[].interviews[].turns[].n": ("number", "7 for Q7 and A7; 0 before the first question"),
    "parts[].interviews[].turns[].kind": ("text", "`introduction`, `question`, `answer`, `heading` or `note`"),
    "parts[].interviews[].turns[].speaker": ("text", "who speaks, or an empty text"),
    "parts[].interviews[].turns[].text": ("text", "the words, one paragraph on each line"),
    "parts[].interviews[].turns[].id": ("text", "the id of a question or answer, as in `#a7`"),
    "parts[].interviews[].turns[].page": (
        "text",
        "the printed page on which it begins; only there if `--out` holds the web edition of the same words",
    ),
    "parts[].interviews[].turns[].address": ("text", "what people call it, as `A7`"),
    "parts[].interviews[].turns[].t": ("number", "when it was said, in seconds; only there if the turn says so"),
    "parts[].interviews[].turns[].question": ("text", "the name of the question; only there if the turn has one"),
    "parts[].interviews[].comments": ("list", "the editor's comments; only there if there are any"),
    "parts[].interviews[].comments[].line": ("number", "the line on which the comment begins"),
    "parts[].interviews[].comments[].text": ("text", "its words"),
}
RECORD_FIELDS = {
    "version": ("number", "the version of this format"),
    "slug": ("text", "the name of the book's files"),
    "title": ("text", "the title of the book"),
    "edition": ("text", "the edition, as the book names it"),
    "date": ("text", "the date of the book"),
    "released": ("list", "interviews that `--release` let out"),
    "released[].slug": ("text", "the name of the interview's file"),
    "released[].reason": ("text", "why it was held back"),
    "approved": ("list", "interviews that somebody approved"),
    "approved[].slug": ("text", "the name of the interview's file"),
    "approved[].by": ("text", "who approved it"),
    "approved[].date": ("text", "when, or an empty text"),
    "files": ("section", "every delivered file, by its path"),
    "files.*.sha256": ("text", "the SHA-256 of the file"),
    "files.*.size": ("number", "its size in bytes"),
    "editions": ("list", "the editions that were proved"),
    "editions[].format": ("text", "`pdf`, `epub` or `html`"),
    "editions[].proved": ("yes or no", "whether the proof found no problem"),
    "editions[].problems": ("list of texts", "what it found"),
    "editions[].interviews": ("list", "the interviews of the edition"),
    "editions[].interviews[].slug": ("text", "the name of the interview's file"),
    "editions[].interviews[].words": ("section", "two numbers of words"),
    "editions[].interviews[].words.promised": ("number", "how many words the manuscript has"),
    "editions[].interviews[].words.found": ("number", "how many of them the proof found"),
    "editions[].interviews[].byline": ("text or null", "where the byline stands: page, or file and address"),
    "editions[].interviews[].disclaimer": ("text or null", "where the disclaimer stands"),
    "editions[].interviews[].rights": ("text", "where the line of rights stands; only there if there is one"),
    "titles": ("section", "not in packs: the title of each interview"),
    "texts": ("section", "not in packs: each interview; by place (`A7`, `byline`), 16 digits of the piece's SHA-256"),
    "finished": ("list", "what was made from the PDF: booklet, cover, print-shop file, copies"),
    "finished[].kind": ("text", "which of them it is"),
    "finished[].files": ("list of texts", "its files"),
    "finished[].made_from": ("text", "the SHA-256 of the PDF"),
    "finished[].proved": ("text", "what the proof says, in a sentence"),
    "delivery": ("section", "only in packs: what a later supplement needs; its fields can change"),
}


def render_chapters() -> dict[str, str]:
    """Return the text of each chapter by its file name."""
    return {
        "reference-keys.md": _render_keys(),
        "reference-commands.md": _render_commands(),
        "reference-rules.md": _render_rules(),
        "reference-styles.md": _render_styles(),
    }


def write_chapters(folder: Path) -> None:
    """Write the chapters into the folder with the manual's interviews."""
    for name, text in render_chapters().items():
        (folder / name).write_text(text, encoding="utf-8")
        print(f"wrote {folder / name}")


# --- keys ---------------------------------------------------------------------------------------------


def _render_keys() -> str:
    """Return the chapter of the manual on all keys of settings, as Markdown."""
    head = _render_head(
        "All Keys",
        "Every key of `book.yaml`, of an interview's front matter, of a pack and of an index.",
        "The developers of On Record list what you can write into a file of settings.",
        "keys, settings, reference",
    )
    answers = [head, *_explain_keys()]
    for name, table in TABLES.items():
        answers += [f"## {_HEADINGS[name]}", *_render_key_tables(name, table)]
    return "\n\n".join(answers) + "\n"


def _explain_keys() -> Iterator[str]:
    """Yield the section that explains the tables, how to write values, and editor schemas."""
    yield "## Keys and values"
    yield "**How do I read the tables of this chapter?** {#tables}"
    yield (
        "The second column names the type of the value and, after the semicolon, what holds if you leave the key out. "
        "A key that is not in the table is an error; the hint names the most similar key."
    )
    yield "**How do I write a value?** {#types}"
    yield _render_table(
        ("Type", "What it is", "Example"),
        ((kind.value, meaning, f"`{example}`") for kind, (meaning, example) in _KINDS.items()),
        "The types of values",
        (3, 5, 6),
    )
    yield "**Can my editor check the keys while I type?** {#schemas}"
    yield (
        "Yes, if it knows JSON Schema, for example VS Code with the YAML extension. It then offers the keys and "
        "explains them, and underlines a key or a value that `check` would refuse."
    )
    yield (
        "A new book needs no preparation: `new` writes the schemas into the hidden folder `.schemas`, and the first "
        "line of `book.yaml` names one of them by its path from that file. So it works without a network, and still "
        "works when you move or send the folder. For a book that you have already, make the folder `.schemas`, then "
        "write the schemas into it, again after each update of On Record:"
    )
    yield (
        "```\npython build.py schema book > harbour/.schemas/book.json\n"
        "python build.py schema pack > harbour/.schemas/pack.json\n"
        "python build.py schema index > harbour/.schemas/index.json\n```"
    )
    yield (
        "Then add the first of these lines to `book.yaml`, the second to each file in `packs/`, the third to "
        "`index.yaml`:"
    )
    yield (
        "```yaml\n# yaml-language-server: $schema=.schemas/book.json\n"
        "# yaml-language-server: $schema=../.schemas/pack.json\n"
        "# yaml-language-server: $schema=.schemas/index.json\n```"
    )
    yield (
        "VS Code does not check the front matter of a Markdown file. The schema `interview` is for editors and scripts "
        "that do. No schema replaces `check`, which also knows the other files of the book."
    )


def _render_key_tables(name: str, table: KeyTable) -> Iterator[str]:
    """Yield the question and the table of these keys, then those of their sections."""
    yield f"**Which keys can {table.place} have?** {{#{name}}}"
    rows = [(f"`{key.name}`", _describe_value(key), _describe_key(name, key)) for key in table.keys]
    yield _render_table(("Key", "Value; without it", "What it does"), rows, f"Keys of {table.place}", (4, 5, 8))
    for key in table.keys:
        if key.section:
            yield from _render_key_tables(_name_section(name, key), key.section)


def _name_section(name: str, key: Key) -> str:
    """Return the id of the question about the keys of this section."""
    return f"{name}-{key.name.replace('_', '-')}"


def _describe_value(key: Key) -> str:
    """Return the type of a key's value, and its default or “required”."""
    is_literal = key.kind in {Kind.CHOICE, Kind.FLAG, Kind.COUNT} or re.fullmatch(LANGUAGE_PATTERN, key.default)
    default = f"`{key.default}`" if is_literal and key.default != "none" else key.default
    return f"{key.kind.value}; {'required' if key.is_required else default}"


def _describe_key(name: str, key: Key) -> str:
    """Return what the key does, its choices or range, and a link to the keys of its section."""
    choices = ", ".join(f"`{choice}`" for choice in key.choices or ())
    further = (
        f" One of {choices}." if choices else "",
        f" From 0 to {key.most}." if key.most else "",
        f" See [its keys](#{_name_section(name, key)})." if key.section else "",
    )
    return key.meaning + "".join(further)


# --- commands -----------------------------------------------------------------------------------------


def _render_commands() -> str:
    """Return the chapter of commands, and of what scripts read."""
    head = _render_head(
        "All Commands",
        "Every command with its options, the exit codes, and the fields of the files that scripts read.",
        "The developers of On Record list what you can type, and what a script can read.",
        "commands, options, exit codes, scripts, reference",
    )
    answers = (
        head,
        "## Commands",
        "**Which commands are there?** {#commands}",
        "Write each of them after `python build.py`, or after `onrecord` if you installed the package.",
        _render_table(("Command", "What it does"), _list_commands(), "The commands", (5, 8)),
        "`python build.py test` runs the test suite of On Record; it installs the tools for that first.",
        "**What does a command work on?** {#arguments}",
        _render_table(("Argument", "Commands", "What it is"), _list_options(are_named=False), "Arguments", (3, 4, 7)),
        "**Which options are there?** {#options}",
        "Every command explains its own options: `python build.py pdf --help`.",
        _render_table(("Option", "Commands", "What it does"), _list_options(are_named=True), "Options", (5, 4, 7)),
        "## For scripts",
        "**How does a script know how a command ended?** {#exit-codes}",
        "From the exit code:",
        _render_table(
            ("Code", "What it means"),
            ((str(int(code)), _EXIT_CODES[code]) for code in ExitCode),
            "Exit codes of all commands",
            (1, 9),
        ),
        "**Which fields does `outline --json` have?** {#outline}",
        "These. A field never changes its meaning; an update can add fields.",
        *_render_fields(OUTLINE_FIELDS, "the outline"),
        "**Which fields does the record of a proof have?** {#record}",
        "The record is the file that ends in `.proof.json`. It has these fields:",
        *_render_fields(RECORD_FIELDS, "the record"),
    )
    return "\n\n".join(answers) + "\n"


def _list_actions(name: str) -> list[argparse.Action]:
    """Return the arguments of a command's parser, without `--help`."""
    parser = argparse.ArgumentParser(add_help=False)
    COMMANDS[name].add_arguments(parser)
    return parser._actions  # argparse has no public list of them


def _list_commands() -> Iterator[tuple[str, str]]:
    """Yield each command with its arguments, and its purpose."""
    for name, command in COMMANDS.items():
        words = [name, *(_name_argument(action) for action in _list_actions(name) if not action.option_strings)]
        yield f"`{' '.join(words)}`", _escape_options(command.purpose)


def _list_options(*, are_named: bool) -> Iterator[tuple[str, str, str]]:
    """Yield each option, or each argument without a name, with the commands that have it in the same meaning."""
    commands: dict[tuple[str, str], list[str]] = {}
    for name in COMMANDS:
        for action in _list_actions(name):
            if bool(action.option_strings) is are_named:
                choices = f": {', '.join(map(str, action.choices))}" if action.choices else ""
                commands.setdefault((_name_argument(action), f"{action.help}{choices}"), []).append(name)
    for (option, sentence), names in commands.items():
        yield f"`{option}`", ", ".join(names), _escape_options(sentence)


def _name_argument(action: argparse.Action) -> str:
    """Return an option with its value, or an argument as it is typed."""
    metavar = str(action.metavar or (action.dest.upper() if action.nargs != 0 else ""))
    if action.option_strings:
        return f"{', '.join(action.option_strings)} {metavar}".rstrip()
    return {"*": f"[{metavar} …]", "+": f"{metavar} …"}.get(str(action.nargs), metavar)


def _escape_options(sentence: str) -> str:
    """Return the sentence with its options as code: two hyphens in a text would become a dash."""
    return re.sub(r"--[a-z-]+", lambda option: f"`{option[0]}`", sentence)


def _render_fields(fields: Mapping[str, tuple[str, str]], file: str) -> Iterator[str]:
    """Yield a table of the fields at the top, then one for each list or section in it."""
    tables: dict[str, list[tuple[str, str, str]]] = {}
    for path, (kind, meaning) in fields.items():
        parent, _, name = path.rpartition(".")
        tables.setdefault(parent, []).append((f"`{name}`", kind, meaning))
    for parent, rows in tables.items():
        place = _name_place(parent) if parent else file
        yield _render_table(("Field", "Type", "What it holds"), rows, f"Fields of {place}", (3, 3, 8))


def _name_place(path: str) -> str:
    """Return words for the JSON object whose fields are listed under this path."""
    *_, name = path.removesuffix(".*").split(".")
    if path.endswith(".*"):
        return f"each path in `{name}`"
    return f"each entry of `{name.removesuffix('[]')}`" if name.endswith("[]") else f"`{name}`"


# --- rules --------------------------------------------------------------------------------------------


def _render_rules() -> str:
    """Return the chapter of all rules, by the first letter of their names."""
    head = _render_head(
        "All Rules",
        "Every rule with the cause of its message and the cure.",
        "The developers of On Record list what a build can refuse.",
        "rules, messages, reference",
    )
    answers = [
        head,
        "**How do I find the rule of a message?** {#rules}",
        "Each message has the name of a rule in brackets, as in `error[speaker-is-cast]`. The name says what must be "
        "true. An error stops the build and a warning does not; some rules give a warning in milder cases. The message "
        "itself names the place, says what is wrong there, and suggests what you can type.",
    ]
    for letter, rules in groupby(sorted(Rule), lambda rule: rule[0]):
        answers.append(f"**Which rules begin with {letter.upper()}?** {{#rules-{letter}}}")
        answers += (f"`{rule}`\n\n: {_describe_rule(rule)}" for rule in rules)
    return "\n\n".join(answers) + "\n"


def _describe_rule(rule: Rule) -> str:
    """Return severity, cause and cure, with a backslash before each character that Markdown could take as markup."""
    severity = "Warning. " if rule.severity is Severity.WARNING else ""
    return severity + re.sub(r"([\\*_\[\]<>^~`$|])", r"\\\1", f"{rule.sentence} {rule.hint}")


# --- styles -------------------------------------------------------------------------------------------


def _render_styles() -> str:
    """Return the chapter of the manual on CSS classes and design tokens, as Markdown."""
    head = _render_head(
        "All Classes and Tokens",
        "Every name that a style sheet of a book can use.",
        "The developers of On Record list what a designer can take hold of.",
        "styles, design, classes, tokens, reference",
    )
    answers = [
        head,
        "**Which design tokens are there?** {#tokens}",
        "These, of `styles/tokens.css`. A value in the book's own `styles/tokens.css` replaces ours in every edition.",
        _render_table(("Token", "What it is for"), ((f"`{n}`", m) for n, m in TOKENS.items()), "Design tokens", (4, 9)),
        "**Which classes can I write a rule for?** {#classes}",
        "Those below; the second column names the editions that have them. An update can add classes. What has a class "
        "and what it is called there is the same in `styles/print.css`, `styles/epub.css` and `styles/web.css`.",
    ]
    for group, classes in CLASSES.items():
        rows = ((f"`{name}`", editions, meaning) for name, (editions, meaning) in classes.items())
        answers.append(_render_table(("Class", "Editions", "What it marks"), rows, f"Classes: {group}", (4, 4, 8)))
    return "\n\n".join(answers) + "\n"


# --- Markdown -----------------------------------------------------------------------------------------


def _render_head(title: str, standfirst: str, byline: str, tags: str) -> str:
    """Return the front matter of a generated chapter of the manual."""
    return "\n".join(
        (
            "---",
            "# Written by `python -m onrecord.cli.reference`; change the tables there, not this file.",
            f"title: {title}",
            f'standfirst: "{standfirst.replace("`", "")}"',
            f"byline: {byline}",
            "people:",
            "  - name: On Record",
            "    role: interviewee",
            "    affiliation: the developers",
            f"tags: [{tags}]",
            "---",
        )
    )


def _render_table(head: Sequence[str], rows: Rows, caption: str, widths: Sequence[int]) -> str:
    """Return a table whose columns have these relative widths."""
    lines = [head, [":" + "-" * (4 * width) for width in widths], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + f"\n\n: {caption}"


if __name__ == "__main__":
    write_chapters(Path(__file__).parents[2] / "docs" / "interviews")
