"""Inputs of all kinds are used, or refused in one line; wrong ones are never used."""

import time
from dataclasses import dataclass, replace

import pytest
from hypothesis import strategies as st

from sim.domain.errors import SettingsError
from tests.fuzz.__main__ import main
from tests.fuzz.campaign import try_cases
from tests.fuzz.commands import CommandCase
from tests.fuzz.documents import DocumentCase
from tests.fuzz.kinds import CORPUS, SHARES, STRATEGIES, as_text, from_text, judge_case
from tests.fuzz.verdict import OPEN, Expected, Truth, Verdict, judged

CASES = 300
SEED = 2025

CORPUS_FILES = sorted(CORPUS.glob("*.json"))


@pytest.mark.parametrize("kind", STRATEGIES)
def test_generated_inputs_are_used_or_refused(here, kind):
    cases = round(CASES * SHARES[kind])
    campaign = try_cases(STRATEGIES[kind](), cases, SEED, judge_case, shrink=False)
    assert campaign.cases == cases
    assert campaign.failures == {}


@pytest.mark.parametrize("path", CORPUS_FILES, ids=lambda path: path.stem)
def test_an_input_that_once_failed_does_not_fail_again(here, path):
    text = path.read_text(encoding="utf-8")
    case = from_text(text)
    assert as_text(case) == text
    outcome = judge_case(case)
    assert not outcome.failed, outcome


# --- the fuzzer finds what it is there to find ----------------------------------------

WRONG = Expected(Truth.WRONG, "a fault", ("draws",))


def refuse(message):
    """Return what refuses an input in some words."""

    def use():
        raise SettingsError(message)

    return use


def wait():
    """Keep the processor busy until it is stopped."""
    end = time.process_time() + 10.0
    while time.process_time() < end:
        pass


@pytest.mark.parametrize(
    ("use", "expected", "verdict"),
    [
        (dict, OPEN, Verdict.RAN),
        (dict, WRONG, Verdict.SILENT),
        (lambda: {}["x"], WRONG, Verdict.TRACEBACK),
        (refuse("draws=x: must be a number"), WRONG, Verdict.REFUSED),
        (refuse("draws=x: no"), replace(WRONG, truth=Truth.GOOD), Verdict.OVERSTRICT),
        (refuse("this is wrong"), WRONG, Verdict.UNCLEAR),
        (refuse(""), OPEN, Verdict.UNCLEAR),
        (wait, WRONG, Verdict.HANG),
    ],
)
def test_what_becomes_of_an_input_is_told_apart(here, use, expected, verdict):
    assert judged(use, expected, slowest=0.1).verdict is verdict


@dataclass(frozen=True)
class Number:
    """An input that breaks whatever reads it if it is large."""

    value: int
    expected: Expected = OPEN
    kind: str = "numbers"

    def use(self):
        return [0][self.value > 1000]


def test_a_failing_input_is_shrunk_and_the_others_are_tried(here):
    numbers = st.integers(0, 10**6).map(Number)
    campaign = try_cases(numbers, 200, 1, judge_case)
    assert campaign.cases == 200
    [failure] = campaign.failures.values()
    assert failure.case.value == 1001
    assert failure.outcome.verdict is Verdict.TRACEBACK
    assert campaign.counts[Verdict.TRACEBACK] > 100


def test_the_same_seed_tries_the_same_inputs(here):
    def tried(seed):
        seen = []

        def judge(case):
            seen.append(case)
            return judged(dict, OPEN)

        try_cases(STRATEGIES["points"](), 20, seed, judge)
        return seen

    assert tried(3) == tried(3) != tried(4)


def test_a_document_that_is_read_otherwise_in_other_words_is_found(here):
    text = (CORPUS / "documents-reach-in-another-order.json").read_text("utf-8")
    case = from_text(text)
    assert isinstance(case, DocumentCase)
    other = replace(case, twin=case.twin.replace("0.1", "0.2"))
    assert judge_case(other).verdict is Verdict.SILENT


def test_the_command_says_what_came_of_the_inputs(tmp_path, capsys, monkeypatch):
    bad = CommandCase(("scenario=truce",), Expected(Truth.WRONG, "nothing"))
    monkeypatch.setitem(STRATEGIES, "commands", lambda: st.just(bad))
    words = ["--cases", "1", "--seed", "7", "--kind", "commands"]
    assert main([*words, "--failures", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "seed 7: 1 inputs in " in said
    assert "silent 1" in said
    [kept] = tmp_path.glob("*.json")
    assert from_text(kept.read_text("utf-8")) == bad
    monkeypatch.setitem(
        STRATEGIES, "commands", lambda: st.just(replace(bad, expected=OPEN))
    )
    assert main([*words, "--failures", str(tmp_path)]) == 0
