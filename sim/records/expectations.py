"""Expectations: prospects and news of the record, checked against all that is known."""

from collections.abc import Collection, Iterable

from sim.domain.errors import RecordsError, nearest
from sim.policy.beliefs import EFFICIENCY, ENDED, WEIGHT
from sim.policy.prospects import News, Prospect
from sim.policy.regime import Regime
from sim.records.facts import Facts
from sim.records.market_rows import EventReturnRow, NewsRow, ProspectRow
from sim.records.tables import ActorRow


def prospects(facts: Facts) -> tuple[Prospect, ...]:
    """Return what may come."""
    return tuple(row.build() for row in facts.rows(ProspectRow))


def dated_news(facts: Facts) -> tuple[News, ...]:
    """Return the dated news of the record."""
    return tuple(row.build() for row in facts.rows(NewsRow))


def check_expectations(facts: Facts, law: Regime, assumptions: Collection[str]) -> None:
    """Refuse tables of expectations that name what is not known."""
    expected = [row.id for row in facts.rows(ProspectRow)]
    known = [row.id for row in facts.rows(NewsRow)]
    for where, prospect in facts.placed_rows(ProspectRow):
        _check_known(where, "actor", prospect.sellers, facts.values(ActorRow, "id"))
        _check_known(where, "prospect", prospect.kin, expected)
    kinds = [name.removeprefix(WEIGHT) for name in assumptions if WEIGHT in name]
    for where, item in facts.placed_rows(NewsRow):
        _check_known(where, "kind of news", [item.kind], [*kinds, EFFICIENCY])
        _check_known(where, "prospect", item.prospects, expected)
        _check_size(where, item)
        _check_law(where, item, law)
    ends = [name + ENDED for name in law.instruments]
    sources = [*known, *law.instruments, *ends]
    for where, day in facts.placed_rows(EventReturnRow):
        _check_known(where, "news or instrument", day.items, sources)


def _check_known(
    where: str, noun: str, words: Iterable[str], known: Collection[str]
) -> None:
    for word in words:
        if word not in known:
            raise RecordsError(
                f"{where}: no {noun} is called {word!r}{nearest(word, known)}"
            )


def _check_size(where: str, item: NewsRow) -> None:
    """Refuse a surprise without a size, and other news with one or about nothing."""
    sized = item.log_points is not None
    if item.kind == EFFICIENCY and not sized:
        raise RecordsError(f"{where}, log_points: a surprise in efficiency has a size")
    if item.kind != EFFICIENCY and sized:
        raise RecordsError(
            f"{where}, log_points: only news of kind {EFFICIENCY} has a size; what "
            f"other news weighs is the assumption {WEIGHT}{item.kind}"
        )
    if item.kind != EFFICIENCY and not item.prospects:
        raise RecordsError(f"{where}, prospects: the news is about nothing")


def _check_law(where: str, item: NewsRow, law: Regime) -> None:
    """Refuse news that is given law which nobody knew of on its day.

    A scenario differs from the record only from the day on which its law is seen to
    differ, and so must what is written in the papers.
    """
    _check_known(where, "instrument", item.given, law.instruments)
    for name in item.given:
        if law.instruments[name].announced > item.date:
            raise RecordsError(
                f"{where}, given: {name} was announced only on "
                f"{law.instruments[name].announced}, after the news"
            )
