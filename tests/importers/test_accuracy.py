"""Measure imports against labelled interviews: each convention reaches its target."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from tests.support.paths import ROOT

CORPUS = ROOT.parent / "shared/corpus"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of labelled interviews is not here"),
]


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_import", ROOT / "benchmarks/import.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_labels_give_the_speakers(benchmark: ModuleType) -> None:
    """Speakers from labels: at least 99 in 100; turns in transcripts: at least 98 in 100."""
    spoken = benchmark.read_interviews(CORPUS)[0]
    for convention, (_, has_labels, _) in benchmark.CONVENTIONS.items():
        if has_labels and "no labels" not in convention:
            score, _, _, _ = benchmark.measure_convention(convention, spoken)
            assert score.failed == 0, convention
            assert score.right >= 0.99 * score.paragraphs, convention
            assert score.speakers >= 0.99 * score.paragraphs or convention.startswith("Q:"), convention
            assert score.turns_right >= 0.98 * score.turns, convention


def test_written_interviews_without_labels_are_recognized(benchmark: ModuleType) -> None:
    """At least 97 in 100 paragraphs are right, and at most 1 in 20 of those is in doubt."""
    interviews = benchmark.read_interviews(CORPUS)[1][::3]
    for convention in (
        "no labels, written (text)",
        "no labels, wrapped (text)",
        "bold questions (page)",
        "headings (Markdown)",
    ):
        score, _, _, _ = benchmark.measure_convention(convention, interviews)
        assert score.failed == 0, convention
        assert score.right >= 0.97 * score.paragraphs, convention
        assert score.false_alarms <= 0.05 * score.right, convention


def test_conversations_cut_by_an_editor_are_recognized(benchmark: ModuleType) -> None:
    """At least 97 in 100 paragraphs are right, and of the errors at most 1, or 1 in 10, is not in doubt.

    The names are deleted, and each question has a question mark. At most 12 in 100 right paragraphs are in doubt.
    """
    spoken = [benchmark.keep_answered_questions(interview) for interview in benchmark.read_interviews(CORPUS)[0]]
    score, _, _, _ = benchmark.measure_convention("no labels, cut by an editor (text)", spoken)
    errors = score.paragraphs - score.right
    assert errors <= 0.03 * score.paragraphs
    assert errors - score.doubtful_errors <= max(1, 0.1 * errors)
    assert score.false_alarms <= 0.12 * score.right


def test_errors_in_speech_without_labels_are_marked_as_doubts(benchmark: ModuleType) -> None:
    """At least 9 in 10 paragraphs are right, and 85 in 100 errors are in doubt.

    The speech is not edited. At most 34 in 100 right paragraphs are in doubt.
    """
    score, _, _, _ = benchmark.measure_convention("no labels, spoken (text)", benchmark.read_interviews(CORPUS)[0])
    assert score.right >= 0.9 * score.paragraphs
    assert score.doubtful_errors >= 0.85 * (score.paragraphs - score.right)
    assert score.false_alarms <= 0.34 * score.right
