"""Rows about expectations and markets: what may come, news, shares, event returns."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.domain.months import Month
from sim.policy.beliefs import News, Prospect
from sim.policy.field_types import Actors, Goods, States, known_word
from sim.policy.kinds import KINDS
from sim.policy.scope import Facilities, Scope
from sim.records.row import NotedRow, YearRow


def _word_list(value: object) -> object:
    """Return the words of a cell, none if it is empty."""
    if value is None:
        return ()
    return tuple(value.split()) if isinstance(value, str) else value


def _text(value: object) -> object:
    return "" if value is None else value


def _kinds(value: object) -> object:
    words = _word_list(value)
    assert isinstance(words, tuple)
    return frozenset(known_word(word, KINDS, "kind of instrument") for word in words)


WordList = Annotated[tuple[str, ...], BeforeValidator(_word_list)]
OptionalText = Annotated[str, BeforeValidator(_text)]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class ProspectRow(NotedRow):
    """An instrument that may come.

    Attributes:
        group: the goods that Chinese buyers would lose by it.
        gate: of the exporter or of the importer.
        kinds: kinds of instrument that would be it.
        goods: those that it would stop, from `origins` to `destinations`.
        sellers: actor ids of the sellers that it would name.
        prior: probability put on it while there is no news.
        denied_share: share of the business on those lines that it would take.
    """

    id: str
    title: str
    group: Annotated[
        Literal["", "tools", "service", "hbm", "chips"], BeforeValidator(_text)
    ]
    gate: Literal["exporter", "importer"]
    kinds: Annotated[frozenset[str], BeforeValidator(_kinds)]
    goods: Annotated[Goods, BeforeValidator(_word_list)]
    origins: Annotated[States, BeforeValidator(_word_list)]
    destinations: Annotated[States, BeforeValidator(_word_list)]
    sellers: Annotated[Actors, BeforeValidator(_word_list)]
    facilities: Facilities
    prior: Probability
    denied_share: Probability

    def build(self) -> Prospect:
        """Return the prospect."""
        return Prospect(
            id=self.id,
            title=self.title,
            group=self.group,
            kinds=self.kinds,
            at_import=self.gate == "importer",
            scope=Scope(
                goods=self.goods,
                origins=self.origins,
                destinations=self.destinations,
                sellers=self.sellers,
                facilities=self.facilities,
            ),
            prior=self.prior,
            denied_share=self.denied_share,
        )


class NewsRow(NotedRow):
    """A dated piece of news.

    Attributes:
        date: the day on which it was learnt.
        direction: ``+`` if it makes the prospects likelier, ``-`` if less likely.
        prospects: ids of the prospects that it is about.
        log_points: of a surprise in efficiency, its size.
        given: ids of instruments without any of which it would not have been.
    """

    id: str
    date: date
    kind: str
    direction: Literal["+", "-"]
    prospects: WordList
    log_points: float | None
    given: WordList
    title: str

    @property
    def known_by(self) -> Month:
        """The month in which it was learnt."""
        return Month.of(self.date)

    def build(self) -> News:
        """Return the news."""
        return News(
            id=self.id,
            title=self.title,
            day=self.date,
            kind=self.kind,
            sign=1.0 if self.direction == "+" else -1.0,
            prospects=self.prospects,
            log_points=self.log_points or 0.0,
            given=self.given,
        )


class MarketRow(NotedRow):
    """What the share of a listed firm is like.

    Attributes:
        margin_ratio: margin of its sales at risk over that of all its sales.
        ai_share: share of its revenue that AI compute brings; of a chip designer, of
            its data-centre revenue.
        daily_volatility: standard deviation of its daily log returns.
    """

    firm: str
    margin_ratio: Annotated[float, Field(gt=0.0)]
    ai_share: Probability
    daily_volatility: Annotated[float, Field(gt=0.0)]


class SupplierYear(YearRow):
    """The year of a supplier that sells much beside the goods of the model.

    Attributes:
        revenue: all that it sold.
        china_revenue: sold to China beside the goods of the model.
    """

    firm: str
    revenue: float
    china_revenue: float


class EventReturnRow(NotedRow):
    """What a share did on the day of an event.

    Attributes:
        event: name of the event, the same for all firms.
        abnormal_pct: return beyond what the market explains, percent.
        raw_pct: return, percent.
        items: ids of the news and of the announced instruments that the day answers.
        confounded: what else moved the share that day; empty if nothing is known.
        use: whether a calibration may see it.
    """

    event: str
    title: str
    date: date
    firm: str
    abnormal_pct: float | None
    raw_pct: float
    items: WordList
    confounded: OptionalText
    use: Literal["calibration", "test"]

    @property
    def known_by(self) -> Month:
        """The month of the trading day."""
        return Month.of(self.date)
