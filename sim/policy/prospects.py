"""Prospects: instruments that may come; and the dated news about them."""

from dataclasses import dataclass
from datetime import date

from sim.domain.supply import CHINA, SupplyLine
from sim.policy.imports import ImportMeasure
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime
from sim.policy.scope import Scope


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """An instrument that may come.

    Attributes:
        group: the goods that Chinese buyers would lose by it; empty if none.
        kinds: kinds of instrument that may fulfil it.
        at_import: whether it would act at the importer's gate.
        scope: the lines that it would apply to; its origins are those of the sellers.
        prior: probability put on it while there is no news, in [0, 1].
        denied_share: share of the business on those lines that it would take.
        kin: ids of the prospects that news of this one moves too.
    """

    id: str
    title: str
    group: str
    kinds: frozenset[str]
    at_import: bool
    scope: Scope
    prior: float
    denied_share: float
    kin: tuple[str, ...] = ()

    @property
    def is_wider(self) -> bool:
        """Whether neither a kind of instrument nor a seller narrows it."""
        return not self.kinds and not self.scope.sellers

    @property
    def is_chinese(self) -> bool:
        """Whether China would be its author."""
        return self.at_import or CHINA in self.scope.origins

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether it would take business from a line."""
        return self.scope.covers_from_origin(line)

    def includes(self, act: Instrument) -> bool:
        """Return whether an act is of the sort: its kind, gate and goods."""
        wanted, scope = self.scope, act.scope
        return (
            act.kind in self.kinds
            and self.at_import == isinstance(act, ImportMeasure)
            and not (scope.goods and wanted.goods.isdisjoint(scope.goods))
            and not (
                scope.destinations
                and wanted.destinations.isdisjoint(scope.destinations)
            )
            and not (
                wanted.sellers
                and scope.sellers
                and wanted.sellers.isdisjoint(scope.sellers)
            )
        )

    def is_fulfilled_by(self, act: Instrument) -> bool:
        """Return whether an act is the one that was expected of its issuer."""
        issuers = act.own_origins | act.adopted_by.keys()
        by_issuer = self.at_import or not self.scope.origins.isdisjoint(issuers)
        return self.includes(act) and by_issuer


@dataclass(frozen=True, kw_only=True)
class News:
    """A dated piece of news of the record.

    Attributes:
        kind: of what sort; its weight is the assumption ``news.weight.<kind>``.
        sign: 1 if it makes the prospects likelier, -1 if less likely.
        prospects: ids of the prospects that it is about.
        log_points: of a surprise in efficiency, its size.
        given: ids of instruments without any of which it would not have been.
    """

    id: str
    title: str
    day: date
    kind: str
    sign: float = 1.0
    prospects: tuple[str, ...] = ()
    log_points: float = 0.0
    given: tuple[str, ...] = ()

    def happens_under(self, regime: Regime) -> bool:
        """Return whether a regime has, by that day, the law that the news is about."""
        acts = [regime.instruments.get(name) for name in self.given]
        return not self.given or any(a and a.announced <= self.day for a in acts)
