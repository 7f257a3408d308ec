"""Hints that name the book's own templates or style sheets as the likely cause of a problem, with the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.proof.reading.normalize import make_readable, shorten_text
from onrecord.proof.reading.style_sheets import PlacedDeclaration, find_declarations
from onrecord.proof.rules.report import Report

_FAULT = "fault of On Record"  # in the hints that are replaced
_NO_SHEETS: Mapping[str, str] = MappingProxyType({})


def name_own_design(report: Report, files: Sequence[str], sheets: Mapping[str, str] = _NO_SHEETS) -> Report:
    """Return the report of an edition of a book with a design of its own; hints that blame On Record name this design.

    `files` are the paths of the book's templates and style sheets, `sheets` the text of the style sheets. A problem
    that quotes a declaration of a sheet is placed on its line; the hints of the other problems then name that sheet.
    """
    if not files or not any(_FAULT in problem.hint for problem in report.problems):
        return report
    declarations = [(file, declaration) for file, css in sheets.items() for declaration in find_declarations(css)]
    problems = [_place_problem(problem, declarations) for problem in report.problems]
    placed = {new.location.file for new, old in zip(problems, report.problems, strict=True) if new is not old}
    hint = (
        f"correct first the problems of {' and '.join(sorted(placed))}: they may be the cause of this one"
        if placed
        else f"Nothing was delivered. Build again without the book's own {', '.join(files)}: if the problem is gone, "
        f"the fault is there; if it stays, it is a {_FAULT}: please report it with this line."
    )
    return replace(report, problems=tuple(_replace_hint(problem, hint) for problem in problems))


def _replace_hint(problem: Problem, hint: str) -> Problem:
    """Return the problem with this hint, if its own blames On Record and names no templates."""
    return replace(problem, hint=hint) if _FAULT in problem.hint and "templates/" not in problem.hint else problem


def _place_problem(problem: Problem, declarations: Sequence[tuple[str, PlacedDeclaration]]) -> Problem:
    """Return the problem at the line of the first declaration that it quotes; the same problem if it quotes none."""
    for file, declaration in declarations:
        if _FAULT in problem.hint and _quotes(problem.sentence, declaration.quotation):
            place = SourceLocation(file, declaration.line)
            return replace(problem, location=place, hint=f"delete: {declaration.name}: …", line="")
    return problem


def _quotes(sentence: str, declaration: str) -> bool:
    """Return whether the sentence of a problem quotes this declaration of a style sheet, as a whole or shortened."""
    quotations = (f"“{make_readable(declaration)}”", f"“{shorten_text(declaration, 80)}”")
    return any(text in sentence for text in (*quotations, shorten_text(f"“{declaration}”", 160)))
