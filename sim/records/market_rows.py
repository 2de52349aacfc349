"""Rows about expectations and markets: what may come, news, shares, event returns."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, model_validator

from sim.domain.months import Month
from sim.policy.field_types import Actors, Goods, States
from sim.policy.prospects import News, Prospect
from sim.policy.scope import Facilities, Scope
from sim.records.column_types import (
    Amount,
    Day,
    Id,
    InsideShare,
    Kinds,
    Label,
    MonthText,
    Number,
    OptionalText,
    PercentChange,
    Positive,
    Ratio,
    Share,
    WordList,
    optional,
    word_list,
)
from sim.records.row import NotedRow, YearRow

_Group = Literal["", "tools", "service", "hbm", "chips"]


class ProspectRow(NotedRow):
    """An instrument that may come.

    Attributes:
        group: the goods that Chinese buyers would lose by it.
        gate: of the exporter or of the importer.
        kinds: kinds of instrument that would be it; none if it is wider than any.
        goods: those that it would stop, from `origins` to `destinations`.
        sellers: actor ids of the sellers that it would name.
        prior: probability put on it while there is no news.
        denied_share: share of the business on those lines that it would take.
        kin: ids of the prospects that news of this one moves too.
    """

    key = ("id",)

    id: Id
    title: str
    group: Annotated[_Group, BeforeValidator(optional)]
    gate: Literal["exporter", "importer"]
    kinds: Kinds
    goods: Annotated[Goods, BeforeValidator(word_list)]
    origins: Annotated[States, BeforeValidator(word_list)]
    destinations: Annotated[States, BeforeValidator(word_list)]
    sellers: Annotated[Actors, BeforeValidator(word_list)]
    facilities: Facilities
    prior: InsideShare
    denied_share: Share
    kin: WordList

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
            kin=self.kin,
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

    key = ("id",)

    id: Id
    date: Day
    kind: str
    direction: Literal["+", "-"]
    prospects: WordList
    log_points: Positive | None
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
        won_from_rivals: of a Chinese firm, the share of what foreign rivals lose in
            China that it wins.
        tool_dependence: share of its output that goes with what law takes of the
            foreign tools, and of their upkeep, in its country.
    """

    key = ("firm",)

    firm: str
    margin_ratio: Ratio
    ai_share: Share
    daily_volatility: InsideShare
    won_from_rivals: Share
    tool_dependence: Share


class SupplierYear(YearRow):
    """The year of a firm that sells much beside the goods of the model.

    Attributes:
        revenue: all that it sold.
        china_revenue: sold to China beside the goods of the model.
    """

    key = ("firm", "year")

    firm: str
    revenue: Amount
    china_revenue: Amount

    @model_validator(mode="after")
    def _has_its_part(self) -> "SupplierYear":
        if self.china_revenue > self.revenue:
            raise ValueError("china_revenue is a part of revenue, and is above it")
        return self


class SalesQuarter(NotedRow):
    """What a firm sold in a quarter, USD million.

    Attributes:
        all_markets: all of it.
        outside_china: of that, outside China.
    """

    key = ("firm", "quarter_end")

    firm: str
    quarter_end: MonthText
    all_markets: Positive
    outside_china: Positive
    unit: Literal["USD million"]

    @property
    def known_by(self) -> Month:
        """The quarter's last month."""
        return Month.parse(self.quarter_end)

    @model_validator(mode="after")
    def _has_its_part(self) -> "SalesQuarter":
        if self.outside_china > self.all_markets:
            raise ValueError("outside_china is a part of all_markets, and is above it")
        return self


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

    key = ("event", "firm")

    event: Label
    title: str
    date: Day
    firm: str
    abnormal_pct: Number | None
    raw_pct: PercentChange
    items: WordList
    confounded: OptionalText
    use: Literal["calibration", "test"]

    @property
    def known_by(self) -> Month:
        """The month of the trading day."""
        return Month.of(self.date)
