"""Pages of questions: what they say follows from what was kept of a comparison."""

import pandas as pd
import pytest

from sim.domain.errors import OutputError
from sim.presentation import publish, question_pages
from sim.presentation.pages import DOCS
from sim.presentation.question_pages import KeptAnswer, PolicyQuestion
from sim.records import load_records
from sim.settings.shipped_files import SCENARIOS

ASKED = PolicyQuestion("q", "A title", "Which?", "a test", ("mild", "strict"))


def _row(law, objective, title, unit, change, up, down):
    levels = {"level_p05": 9.0, "level_p50": 10.0, "level_p95": 11.0}
    changes = {f"difference_{x}": change for x in ("p05", "p50", "p95")}
    percents = {f"change_percent_{x}": 10 * change for x in ("p05", "p50", "p95")}
    shares = {"probability_of_increase": up, "probability_of_decrease": down}
    about = {"objective": objective, "title": title, "law": law, "unit": unit}
    return {**about, **levels, **changes, **percents, **shares}


@pytest.fixture
def kept():
    compute = ("china_compute", "China's AI compute", "H100e")
    lag = ("china_lag", "China's lag behind the frontier", "months")
    rows = [
        *(_row("baseline", *x, float("nan"), 0.0, 0.0) for x in (compute, lag)),
        _row("mild", *compute, -1.0, 0.05, 0.92),
        _row("strict", *compute, -3.0, 0.0, 1.0),
        _row("mild", *lag, 0.0, 0.0, 0.0),
        _row("strict", *lag, 2.0, 0.95, 0.05),
    ]
    pair = {"objective": "china_compute", "first": "mild", "second": "strict"}
    return KeptAnswer(
        pd.DataFrame(rows),
        pd.DataFrame([{**pair, "higher": 0.97, "lower": 0.03}]),
        pd.DataFrame(columns=["objective", "law", "assumption", "low", "high", "unit"]),
        {"draws": 200, "seed": 1, "horizon": "2030-12", "baseline": "baseline"},
    )


def test_the_answer_has_direction_size_and_odds(kept):
    effects, order = question_pages.answer_sentences(ASKED, kept)
    assert effects == (
        "By December 2030 mild lowers China's AI compute by 1 H100e or 10 % (92 of 100 "
        "draws, very likely) and leaves China's lag behind the frontier as it is in "
        "every draw; strict lowers China's AI compute by 3 H100e or 30 % (100 of 100 "
        "draws, virtually certain) and raises China's lag behind the frontier by 2 "
        "months or 20 % (95 of 100 draws, very likely)."
    )
    assert order == (
        "China's compute is lowest under strict, lower than under mild in 97 of 100 "
        "draws (very likely)."
    )


def test_what_moves_in_no_draw_is_none_in_the_table(kept):
    _, lag = question_pages.table_rows(ASKED, kept)
    assert lag == (
        "China's lag behind the frontier, months",
        "10",
        "none",
        "+2 (+2 to +2)",
    )


def test_every_question_is_answered_by_shipped_scenarios():
    shipped = {path.stem for path in SCENARIOS.glob("*.yaml")}
    questions = question_pages.read_questions(DOCS)
    named = {part for x in questions for law in x.scenarios for part in law.split("+")}
    assert named <= shipped
    assert len({x.scenarios for x in questions}) == len(questions)


def test_the_pages_of_questions_say_what_was_kept():
    for name, page in question_pages.question_files(DOCS, load_records()):
        assert (DOCS / name).read_text(encoding="utf-8") == page


def test_a_comparison_that_answers_no_question_is_refused(tmp_path):
    (tmp_path / "objectives.csv").write_text("objective\n", encoding="utf-8")
    (tmp_path / "config.yaml").write_text("scenario: [a, b]\n", encoding="utf-8")
    with pytest.raises(OutputError, match="no question"):
        publish.publish([tmp_path], DOCS)
