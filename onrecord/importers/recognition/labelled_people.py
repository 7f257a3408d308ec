"""List the people whom the labels of a text name, with what the labels say besides names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from onrecord.importers.common import labels
from onrecord.importers.recognition.label_groups import Speaker
from onrecord.importers.recognition.label_remarks import LabelRemarks, read_remarks, split_joint_name
from onrecord.model import Person, Role

_MADAME, _MONSIEUR = re.compile(r"(?i)(?:mme|mlle|madame)\b"), re.compile(r"M\.?\s+(?=[^\W\d_]{2})")


def list_speaking_people(
    speakers: Sequence[Speaker], splits: Mapping[int, labels.SpeakerLabel], cast: Sequence[Person]
) -> list[Person]:
    """Return everybody who speaks in an import, with the labels of the text, then those who only have a credit.

    A joint label is that of the first person whom it names; the others are listed, too.
    """
    known = {labels.normalize_name(person.name): person for person in cast}
    people: dict[str, Person] = {}
    joint: list[tuple[Person, tuple[str, ...]]] = []
    ranked = sorted(speakers, key=lambda speaker: (speaker.asks, speaker.positions[0]))
    built = [
        (speaker, _build_speaking_person(speaker, splits, known.get(labels.normalize_name(speaker.name)), cast))
        for speaker in ranked
    ]
    counts = Counter(person.name for _, person in built)
    for speaker, person in built:
        if names := split_joint_name(person.name):
            joint.append((person, names))
        else:  # Mr Field beside Mrs Field keep their titles
            name = person.name if counts[person.name] == 1 else speaker.name
            forms = tuple(form for form in person.labels if _fold_name(form) != _fold_name(name))
            people[_fold_name(name)] = replace(person, name=name, labels=forms)
    for person, names in joint:
        _add_joint_speakers(person, names, people)
    credited = [person for person in cast if _fold_name(person.name) not in people and not person.role.speaks]
    return [*people.values(), *credited]


def _build_speaking_person(
    speaker: Speaker, splits: Mapping[int, labels.SpeakerLabel], known: Person | None, cast: Sequence[Person]
) -> Person:
    """Make a speaker's person from the labels and from `known`, or from the only one of the cast whom “Q” can mean."""
    person = known or _find_only_person(speaker, cast)
    remarks = _read_remarks(speaker, splits)
    name = person.name if person else _strip_monsieur(remarks.name, splits)
    role = Role.INTERVIEWER if speaker.asks else Role.INTERVIEWEE
    if person and person.role.asks and speaker.asks:
        role = person.role
    affiliation = (person.affiliation if person else "") or remarks.affiliation
    return Person(name, role, affiliation, _list_label_forms(speaker, splits, name), note=remarks.titles)


def _strip_monsieur(name: str, splits: Mapping[int, labels.SpeakerLabel]) -> str:
    """Return the name without “M.”, where another label has “Mme”: elsewhere it is a first name."""
    return _MONSIEUR.sub("", name) if any(_MADAME.match(split.name) for split in splits.values()) else name


def _add_joint_speakers(person: Person, names: Sequence[str], people: dict[str, Person]) -> None:
    """Add whom a joint label names to the people, by folded name; the first of them gets its forms."""
    first, *others = map(_fold_name, names)
    speaker = people.get(first, Person(names[0], person.role, note=person.note))
    forms = dict.fromkeys((*speaker.labels, *(person.labels or (person.name,))))
    people[first] = replace(speaker, labels=tuple(forms))
    for other, name in zip(others, names[1:], strict=True):
        people.setdefault(other, Person(name, person.role))


def _read_remarks(speaker: Speaker, splits: Mapping[int, labels.SpeakerLabel]) -> LabelRemarks:
    """Return what the labels of an imported speaker say besides the name."""
    return read_remarks(speaker.name, dict.fromkeys(splits[i].name for i in speaker.positions))


def find_roles_in_labels(speakers: Sequence[Speaker], splits: Mapping[int, labels.SpeakerLabel]) -> dict[str, bool]:
    """Return whether speakers ask, by normalized name, as far as their labels say it and differ in it."""
    roles = {
        labels.normalize_name(speaker.name): remarks.asks
        for speaker in speakers
        if (remarks := _read_remarks(speaker, splits)).asks is not None
    }
    return (
        {name: bool(asks) for name, asks in roles.items()}
        if len(set(roles.values())) > 1 or len(speakers) > len(roles)
        else {}
    )


def _list_label_forms(speaker: Speaker, splits: Mapping[int, labels.SpeakerLabel], name: str) -> tuple[str, ...]:
    """Return the forms of a label that differ from the name in more than case, in the order of their last use."""
    forms = {_fold_name(form): form for i in reversed(speaker.positions) if (form := splits[i].name.strip(" *"))}
    return tuple(form for form in reversed(forms.values()) if _fold_name(form) != _fold_name(name))


def _fold_name(name: str) -> str:
    """Return the name without regard to case and to the kind of apostrophe, as a book compares labels."""
    return labels.fold_apostrophes(name.casefold())


def _find_only_person(speaker: Speaker, cast: Sequence[Person]) -> Person | None:
    """Return the person after "Q" or "Answer" if the cast has only one who asks, or answers; else None."""
    people = [person for person in cast if person.role.speaks and person.role.asks == speaker.asks]
    return people[0] if labels.is_role_label(speaker.name) and len(people) == 1 else None
