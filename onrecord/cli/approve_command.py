"""The command `approve`: send an interview as a Word file, and take back what came of it."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path

from onrecord.approval.change_report import NOT_TRACKED, describe_change, describe_words
from onrecord.approval.change_stream import ReturnedChange
from onrecord.approval.comparison_page import write_comparison_page
from onrecord.approval.letter import record_approval, send_interview, write_merged
from onrecord.approval.review import MergedManuscript, Review, merge_changes, review_document
from onrecord.cli.arguments import Command, Parser, add_book
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import print_problems, shorten_path
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity
from onrecord.model.terminal_text import clean_line, format_count
from onrecord.pipeline.load import get_current_time


class Decision(StrEnum):
    """What becomes of a change."""

    TAKE = "take"
    REFUSE = "refuse"
    TAKE_ALL = "take all that follow"
    STOP = "stop"


_KEYS = {"t": Decision.TAKE, "r": Decision.REFUSE, "a": Decision.TAKE_ALL, "s": Decision.STOP}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `approve` to its parser."""
    parser.add_argument("slug", nargs="?", default="", metavar="SLUG", help="an interview")
    add_book(parser)
    ways = parser.add_mutually_exclusive_group()
    sentence = "read a file that came back: show each change, take or refuse it, write it into the manuscript"
    ways.add_argument("--take", type=Path, default=None, metavar="FILE", help=sentence)
    sentence = "record that this person approved the interview as it is now"
    ways.add_argument("--by", default="", metavar="NAME", help=sentence)
    parser.add_argument("--to", default="", metavar="NAME", help="who is asked to approve the interview")
    sentence = "until when an answer is asked for: 2026-01-31"
    parser.add_argument("--until", type=_parse_day, default=None, metavar="DATE", help=sentence)
    parser.add_argument("--yes", action="store_true", help="with --take: take every tracked change without asking")
    sentence = "with --yes: take changes that nobody tracked, too"
    parser.add_argument("--untracked", action="store_true", help=sentence)
    sentence = "with --take: show the changes as a page in a browser, with a check box for each"
    parser.add_argument("--page", action="store_true", help=sentence)
    parser.add_argument("--dry-run", action="store_true", help="with --take: show the changes, write nothing")


def _parse_day(word: str) -> date:
    """Return the day that a command-line word gives; raise ArgumentTypeError for anything else."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{word}” is not a date; write --until 2026-01-31") from None


def _check_options(parser: Parser, options: argparse.Namespace) -> None:
    """Refuse options of `approve` that do not go together."""
    if not options.take and not options.slug:
        parser.error("say which interview: approve SLUG")
    if not options.take and (options.yes or options.dry_run or options.untracked or options.page):
        parser.error("--yes, --untracked, --page and --dry-run go with --take FILE")
    if options.page and (options.yes or options.dry_run or options.untracked):
        parser.error("--page asks for each change; leave --yes, --untracked and --dry-run out")
    if (options.take or options.by) and (options.to or options.until):
        parser.error("--to and --until are for sending; leave --take and --by out")


def run_approve(options: argparse.Namespace) -> ExitCode:
    """Send the interview, take a file back, or record an approval."""
    if options.take:
        return _take_file(options)
    if options.by:
        path = record_approval(options.book, options.slug, options.by, get_current_time().date())
        print(f"{clean_line(options.slug)} is approved by {clean_line(options.by)}: {clean_line(shorten_path(path))}")
        return ExitCode.DONE
    path = send_interview(options.book, options.slug, options.to, options.until)
    print(clean_line(shorten_path(path)))
    print("  Send this file. When it comes back: approve --take FILE")
    return ExitCode.DONE


def _take_file(options: argparse.Namespace) -> ExitCode:
    """Show the changes of a file that came back, ask, and write those that are taken."""
    review = review_document(options.book, options.take, options.slug)
    _print_head(review, options)
    decisions = _decide(review, options)
    if decisions is None:
        print("Nothing written; --yes takes every tracked change without asking, --page shows them in a browser.")
        return ExitCode.DONE
    merged = merge_changes(review, decisions)
    problems = [*_list_unwritten(review, merged, decisions), *_list_silent(review)]
    print_problems(problems, options)
    if merged.taken:
        write_merged(review, merged)
        changes = format_count(len(merged.taken), "change")
        print(f"{changes} written into {clean_line(review.manuscript.name)}, and the file read again says the same.")
    _record(review, merged, options)
    return ExitCode.PROBLEMS if len(merged.taken) < len(decisions) else ExitCode.DONE


def _print_head(review: Review, options: argparse.Namespace) -> None:
    """Print what came back: how many changes, the comments, and what is no text."""
    slug, name = review.manuscript.interview.slug, clean_line(shorten_path(options.take))
    print(f"{clean_line(slug)}: {format_count(len(review.changes), 'change')} in {name}")
    if review.earlier_changes:
        print(f"  {format_count(len(review.earlier_changes), 'other change was', 'other changes were')} taken before.")
    if review.has_changed_at_home:
        print("  The manuscript has changed since this file was sent; changes of other paragraphs can be taken.")
    for comment in review.comments:
        place = review.paragraphs[comment.paragraph].place if comment.words else "no place"
        author_and_date = f"{comment.comment.author}, {comment.comment.date[:10]}"
        print(clean_line(f"  comment at {place} on “{comment.words}” ({author_and_date}): {comment.comment.text}"))
    for paragraph, oddity in review.oddities:
        print(clean_line(f"  at {review.paragraphs[paragraph].place}: {oddity}, which is not taken; add it yourself"))


def _decide(review: Review, options: argparse.Namespace) -> set[int] | None:
    """Return the changes that are taken, None if nobody decides."""
    if options.yes:
        _print_changes(review)
        return {change.number for change in review.changes if options.untracked or not change.is_silent}
    from onrecord.cli import prompts

    if options.page and review.changes:
        return _ask_on_page(review, options)
    if options.dry_run or not prompts.is_interactive():
        _print_changes(review)
        return None if review.changes or options.dry_run else set()
    return _ask(review)


def _print_changes(review: Review) -> None:
    """Print every change of a returned document on the terminal."""
    for change in review.changes:
        print("\n".join(clean_line(line) for line in describe_change(review, change)))


def _ask(review: Review) -> set[int] | None:
    """Ask for each change; return those that are taken, None if the editor stops."""
    from onrecord.cli import prompts

    taken: set[int] = set()
    decided: set[int] = set()
    takes_all = False
    for number, change in enumerate(review.changes, 1):
        if change.number in decided or change.obstacle:
            continue
        decision = Decision.TAKE
        if not takes_all or change.is_silent:
            head = f"Change {number} of {len(review.changes)}. "
            lines = [clean_line(line) for line in describe_change(review, change)]
            keys = "   ".join(f"{key} = {answer}" for key, answer in _KEYS.items())
            question = "\n".join((head + lines[0], *lines[1:], "", keys, "? "))
            decision = prompts.ask_for_key(question, _KEYS, Decision.TAKE, Decision.STOP)
        if decision is Decision.STOP:
            return None
        takes_all = takes_all or decision is Decision.TAKE_ALL
        pair = {change.number, change.partner} - {-1}
        decided |= pair
        taken |= pair if decision is not Decision.REFUSE else set()
    return taken


def _ask_on_page(review: Review, options: argparse.Namespace) -> set[int] | None:
    """Serve the changes as a page until the editor has decided; return those that are taken, None for none."""
    from onrecord.cli.comparison_server import ask_on_page

    def show_address(address: str) -> None:
        """Print the address of the local page on which to choose changes."""
        print(f"Open this page: {address}\n  It waits for you; Ctrl-C ends it, and nothing is written.", flush=True)

    taken = ask_on_page(write_comparison_page(review, options.take.name), show_address)
    if taken is None:
        return None
    chosen = {change.number: change for change in review.changes if change.number in taken and not change.obstacle}
    return {*chosen, *(change.partner for change in chosen.values() if change.partner >= 0)}


def _list_unwritten(review: Review, merged: MergedManuscript, decisions: set[int]) -> list[Problem]:
    """Return a problem for each change that was taken and could not be written."""
    problems = []
    for change in review.changes:
        if change.number in decisions - merged.taken:
            reason = change.obstacle or merged.unwritten.get(change.number, "it belongs to a change that is not taken")
            place = review.paragraphs[change.paragraph].place
            sentence = f"a change at {place} is not written, because {reason}"
            location = review.find_location(change.paragraph)
            problems.append(Problem(location, Rule.CHANGES_ARE_WRITTEN, sentence, f"by hand: {describe_words(change)}"))
    return problems


def _list_silent(review: Review) -> list[Problem]:
    """Return a warning for each change that nobody tracked."""
    return [_report_silent(review, change) for change in review.changes if change.is_silent]


def _report_silent(review: Review, change: ReturnedChange) -> Problem:
    """Return the warning for a change that nobody tracked."""
    place = review.paragraphs[change.paragraph].place
    sentence = f"at {place}, {NOT_TRACKED}: {describe_words(change)}"
    hint = "ask who made it; --yes takes it only with --untracked"
    location = review.find_location(change.paragraph)
    return Problem(location, Rule.CHANGES_ARE_TRACKED, sentence, hint, severity=Severity.WARNING)


def _record(review: Review, merged: MergedManuscript, options: argparse.Namespace) -> None:
    """Record the approval, if the manuscript now says what came back, and somebody stands for all of it."""
    changes = (*review.changes, *review.earlier_changes)
    authors = {change.author for change in changes if change.author}
    name = (review.sending.recipient if review.sending else "") or (authors.pop() if len(authors) == 1 else "")
    refused = len(review.changes) - len(merged.taken)
    reasons = [
        f"{format_count(refused, 'change is', 'changes are')} not taken" if refused else "",
        "some changes were not tracked" if any(change.is_silent for change in changes) else "",
        "the manuscript changed after it was sent" if review.has_changed_at_home else "",
        "something in the file is not taken" if review.oddities else "",
        "nobody is named" if not name else "",
    ]
    slug = review.manuscript.interview.slug
    if any(reasons):
        hint = f'send it again (approve {slug}), or write: approve {slug} --by "{name or "NAME"}"'
        print(clean_line(f"Not recorded as approved, because {' and '.join(filter(None, reasons))}; {hint}"))
        return
    path = record_approval(options.book, slug, name, get_current_time().date())
    print(clean_line(f"Recorded as approved by {name}: {shorten_path(path)}"), file=sys.stdout)


COMMANDS = (
    Command(
        "approve",
        "send an interview as a Word file that records changes, and take the changes back",
        _add_arguments,
        run_approve,
        _check_options,
    ),
)
