"""Questions of policy, answered on a page each from comparisons of scenarios.

`docs/questions/questions.yaml` has the questions. `python -m sim.presentation.publish`
keeps in `docs/questions/<id>/` what a page is made from: objectives, pairs of laws,
what the effects depend on, and a figure. Pages are written from these files alone.
`python -m sim.presentation.question_pages` prints the commands of the comparisons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.domain.number_format import signed
from sim.outcomes import disk
from sim.outcomes.effect_drivers import Driver, Effect, drivers_of
from sim.outcomes.worlds import assumptions_of
from sim.presentation.comparison_figures import DIFFERENCES
from sim.presentation.effect_wording import EffectWording
from sim.presentation.names import capitalised, spaced, within_sentence
from sim.presentation.odds_in_words import odds_of_draws
from sim.presentation.rendering import render
from sim.presentation.story.wording import listed, month_name
from sim.records import Records

FOLDER = Path("questions")
"""Where pages and what they are made from are, within the folder of the pages."""

QUESTIONS, OBJECTIVES, PAIRS = "questions.yaml", "objectives.csv", "pairs.csv"
DRIVERS, RUN = "drivers.csv", "run.yaml"
COMPUTE, LAG = "china_compute", "china_lag"
ANSWERED = (COMPUTE, LAG)
"""Objectives of the answer."""

_MOST_DRIVERS = 2


@dataclass(frozen=True)
class PolicyQuestion:
    """A question, and the scenarios that answer it."""

    id: str
    title: str
    question: str
    asked_by: str
    scenarios: tuple[str, ...]


@dataclass(frozen=True)
class KeptAnswer:
    """What the page of a question is made from.

    Attributes:
        objectives: a row for each objective and law.
        pairs: a row for each objective and two laws.
        drivers: a row for each law, objective and assumption.
        run: day, horizon, draws, seed, command, and the alt text of the figure.
    """

    objectives: pd.DataFrame
    pairs: pd.DataFrame
    drivers: pd.DataFrame
    run: Mapping[str, Any]

    @property
    def draws(self) -> int:
        """How many draws were run."""
        return int(self.run["draws"])

    def row(self, objective: str, law: str) -> Mapping[str, Any]:
        """Return an objective under a law."""
        table = self.objectives
        [row] = table[
            (table["objective"] == objective) & (table["law"] == law)
        ].to_dict("records")
        return {str(name): value for name, value in row.items()}

    def has(self, objective: str) -> bool:
        """Return whether an objective was compared."""
        return objective in set(self.objectives["objective"])


def read_questions(docs: Path) -> list[PolicyQuestion]:
    """Return the questions on record, none if the pages have none."""
    file = docs / FOLDER / QUESTIONS
    if not file.is_file():
        return []
    texts = yaml.safe_load(file.read_text("utf-8"))
    return [
        PolicyQuestion(
            name,
            one["title"],
            " ".join(one["question"].split()),
            one["asked_by"],
            tuple(one["scenarios"]),
        )
        for name, one in texts.items()
    ]


# --- what is kept ---------------------------------------------------------------------


def keep_drivers(
    worlds: pd.DataFrame, baseline: str, laws: Iterable[str]
) -> pd.DataFrame:
    """Return what the effects of laws depend on.

    Args:
        worlds: drawn worlds of a comparison, with columns ``law:objective``.
        baseline: the law compared with.
        laws: the others.
    """
    assumed = {
        str(name): column.to_numpy() for name, column in assumptions_of(worlds).items()
    }
    units = worlds.attrs["units"]
    effects = [
        Effect(
            (objective, law),
            units[f"{law}:{objective}"],
            (
                worlds[f"{law}:{objective}"] - worlds[f"{baseline}:{objective}"]
            ).to_numpy(),
        )
        for law in laws
        for objective in ANSWERED
        if f"{law}:{objective}" in worlds
    ]
    rows = [vars(driver) for driver in drivers_of(effects, assumed)]
    columns = list(Driver.__dataclass_fields__)
    return pd.DataFrame(rows, columns=columns).rename(
        columns={"measure": "objective", "actor": "law"}
    )


def _change_in(
    worlds: pd.DataFrame, objective: str, law: str, baseline: str
) -> PerDraw:
    """Return what a law changes of an objective, draw by draw."""
    new, old = (worlds[f"{one}:{objective}"].to_numpy() for one in (law, baseline))
    return np.asarray(new - old, dtype=np.float64)


def read_answer(folder: Path) -> KeptAnswer:
    """Return what was kept of a question."""
    objectives, pairs, drivers = (
        pd.read_csv(folder / name) for name in (OBJECTIVES, PAIRS, DRIVERS)
    )
    run = yaml.safe_load((folder / RUN).read_text("utf-8"))
    return KeptAnswer(objectives, pairs, drivers, run)


# --- pages ----------------------------------------------------------------------------


def question_files(docs: Path, records: Records) -> Iterator[tuple[str, str]]:
    """Yield the page of each question that was answered, by name, and a list."""
    meanings = {row.name: row.meaning for row in records.assumptions}
    answered = [
        (asked, read_answer(docs / FOLDER / asked.id))
        for asked in read_questions(docs)
        if (docs / FOLDER / asked.id / RUN).is_file()
    ]
    listing = []
    for asked, kept in answered:
        answer = list(answer_sentences(asked, kept))
        listing.append({"id": asked.id, "title": asked.title, "answer": answer[0]})
        page = render(
            "question.md.j2",
            asked=asked,
            run=kept.run,
            answer=answer,
            rows=list(table_rows(asked, kept)),
            points=list(further_points(asked, kept)),
            conditions=list(conditions(asked, kept, meanings)),
            figure=f"{asked.id}/{DIFFERENCES}",
        )
        yield (FOLDER / f"{asked.id}.md").as_posix(), page
    page = render("questions.md.j2", listing=listing)
    yield (FOLDER / "README.md").as_posix(), page


def answer_sentences(asked: PolicyQuestion, kept: KeptAnswer) -> Iterator[str]:
    """Yield the answer: what each scenario does, and which does more."""
    horizon = month_name(Month.parse(str(kept.run["horizon"])))
    effects = [_effects_of(law, kept) for law in asked.scenarios]
    yield f"By {horizon} {'; '.join(effects)}."
    yield from _which_does_more(asked, kept)


def _effects_of(law: str, kept: KeptAnswer) -> str:
    """Return what a law does to the objectives of the answer."""
    parts = [
        _moves(kept.row(objective, law), kept.draws)
        for objective in ANSWERED
        if kept.has(objective)
    ]
    return f"{spaced(law)} {listed(parts)}"


def _moves(row: Mapping[str, Any], draws: int) -> str:
    """Return which way a law moves an objective, how far, and how surely."""
    title = within_sentence(row["title"])
    share, verb = _direction(row, ("raises", "lowers"))
    if not share:
        return f"leaves {title} as it is in every draw"
    wording = EffectWording(row["unit"], is_change=True)
    size = wording.text(row["difference_p50"]).lstrip("+−")
    percent = row["change_percent_p50"]
    if pd.notna(percent) and row["difference_p50"]:
        size = f"{size} {wording.unit} or {signed(percent).lstrip('+−')} %"
    else:
        size = f"{size} {wording.unit}"
    return f"{verb} {title} by {size} ({_odds(share, draws)})"


def _direction(row: Mapping[str, Any], verbs: tuple[str, str]) -> tuple[float, str]:
    """Return in which share of draws an objective moves the more frequent way."""
    up, down = row["probability_of_increase"], row["probability_of_decrease"]
    return (up, verbs[0]) if up >= down else (down, verbs[1])


def _odds(share: float, draws: int) -> str:
    """Return odds in a hundred and in words, to stand in parentheses."""
    return odds_of_draws(share, draws).replace(" (", ", ").removesuffix(")")


def _which_does_more(asked: PolicyQuestion, kept: KeptAnswer) -> Iterator[str]:
    """Yield which scenario leaves China the least compute, and how surely."""
    if not kept.has(COMPUTE) or len(asked.scenarios) < 2:
        return
    changes = {law: kept.row(COMPUTE, law)["difference_p50"] for law in asked.scenarios}
    first, second, *_ = sorted(changes, key=lambda law: changes[law])
    pairs = kept.pairs[kept.pairs["objective"] == COMPUTE]
    for row in pairs.to_dict("records"):
        if {row["first"], row["second"]} == {first, second}:
            lower = row["higher"] if row["second"] == first else row["lower"]
            yield (
                f"China's compute is lowest under {spaced(first)}, lower than under "
                f"{spaced(second)} in {odds_of_draws(lower, kept.draws)}."
            )


def table_rows(asked: PolicyQuestion, kept: KeptAnswer) -> Iterator[tuple[str, ...]]:
    """Yield a row for each objective: title and unit, baseline, and each change."""
    titles = kept.objectives.drop_duplicates("objective")
    for one in titles.to_dict("records"):
        name = str(one["objective"])
        levels = EffectWording(one["unit"], is_change=False)
        changes = EffectWording(one["unit"], is_change=True)
        base = kept.row(name, str(kept.run["baseline"]))["level_p50"]
        cells = []
        for law in asked.scenarios:
            row = kept.row(name, law)
            low, middle, high = (
                changes.text(row[f"difference_{x}"]) for x in ("p05", "p50", "p95")
            )
            moved = row["probability_of_increase"] + row["probability_of_decrease"]
            cells.append(f"{middle} ({low} to {high})" if moved else "none")
        yield f"{one['title']}, {levels.unit}", levels.text(base), *cells


_POINTS = {
    "domestic_chips": "Held back or spurred on",
    "american_revenue": "Cost to American firms",
    "allied_revenue": "Cost to Dutch and Japanese tool makers",
    "allies_joined": "Would the allies come along",
    "government_take": "Government's take",
}
"""What else a page says, by objective."""


def further_points(
    asked: PolicyQuestion, kept: KeptAnswer
) -> Iterator[tuple[str, str]]:
    """Yield a heading and a sentence for each further objective that moves."""
    for objective, heading in _POINTS.items():
        if not kept.has(objective):
            continue
        rows = {law: kept.row(objective, law) for law in asked.scenarios}
        moved = {
            law: row
            for law, row in rows.items()
            if row["probability_of_increase"] + row["probability_of_decrease"]
        }
        if moved:
            first = next(iter(moved.values()))
            wording = EffectWording(first["unit"], is_change=True)
            parts = [
                f"{wording.text(row['difference_p50'])} under {spaced(law)} "
                f"({_odds(*_frequent(row, kept.draws))})"
                for law, row in moved.items()
            ]
            yield heading, f"{first['title']}, {wording.unit}: {'; '.join(parts)}."


def _frequent(row: Mapping[str, Any], draws: int) -> tuple[float, int]:
    """Return the share of draws of the more frequent sign, and the draws."""
    return _direction(row, ("", ""))[0], draws


def conditions(
    asked: PolicyQuestion, kept: KeptAnswer, meanings: Mapping[str, str]
) -> Iterator[str]:
    """Yield what the effects depend on most, and whether that turns their sign."""
    for law in asked.scenarios:
        for objective in ANSWERED:
            own = kept.drivers[
                (kept.drivers["law"] == law) & (kept.drivers["objective"] == objective)
            ]
            for row in own.head(_MOST_DRIVERS).to_dict("records"):
                yield _condition(law, row, kept, meanings)


def _condition(
    law: str, row: Mapping[Any, Any], kept: KeptAnswer, meanings: Mapping[str, str]
) -> str:
    wording = EffectWording(row["unit"], is_change=True)
    title = within_sentence(kept.row(row["objective"], law)["title"])
    turns = " This turns the sign." if row["low"] * row["high"] < 0.0 else ""
    low = f"{wording.text(row['low'])} {wording.unit}"
    return (
        f"{capitalised(spaced(law))}, {title}: {low} "
        f'in the third of the draws in which "{meanings[row["assumption"]]}" '
        f"(`{row['assumption']}`) is lowest, {wording.text(row['high'])} where it is "
        f"highest.{turns}"
    )


def write_kept(
    folder: Path, tables: Mapping[str, pd.DataFrame], run: Mapping[str, Any]
) -> None:
    """Keep the tables of an answer, and where it comes from."""
    disk.make_folders(folder)
    for name, table in tables.items():
        text = table.to_csv(index=False, lineterminator="\n", float_format="%.5g")
        disk.write_text(folder / name, text)
    text = yaml.safe_dump(dict(run), sort_keys=False, allow_unicode=True)
    disk.write_text(folder / RUN, text)


def compare_commands(docs: Path, draws: int) -> Iterator[str]:
    """Yield the command of the comparison that answers each question."""
    for asked in read_questions(docs):
        scenarios = ",".join(asked.scenarios)
        yield f"python -m sim task=compare scenario={scenarios} draws={draws}"


if __name__ == "__main__":
    for line in compare_commands(Path(__file__).parents[2] / "docs", 200):
        print(line)
