"""Years: what the measures of one world say at the end of a year, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.outcomes.results import Results
from sim.presentation.numbers import rounded
from sim.presentation.story import wording as say

_THOUSAND = 1_000.0
"""Wafers are counted in thousands."""


class Year:
    """The measures of one world in the year that ends with a month."""

    def __init__(self, results: Results, last: Month) -> None:
        self.results, self.last = results, last
        past = last + -MONTHS_A_YEAR
        self.past = past if past >= results.months[0] else None

    def of(self, measure: str, actor: str = "china") -> float:
        """Return a measure for the year: a flow added up, the others at its end."""
        return self._at(measure, actor, self.last)

    def before(self, measure: str, actor: str = "china") -> str:
        """Return in brackets what it was a year before, if that was recorded."""
        if self.past is None:
            return ""
        return f" (a year before {rounded(self._at(measure, actor, self.past))})"

    def _at(self, measure: str, actor: str, month: Month) -> float:
        key = (measure, actor)
        if key not in self.results.series:
            return 0.0
        return float(self.results.over_year(key, month)[0])

    def sentences(self) -> Iterator[str]:
        """Yield what the year came to."""
        yield self._compute()
        yield self._made_at_home()
        yield self._tools()
        yield self._lag()
        yield self._money()

    def _compute(self) -> str:
        parts = [
            f"{rounded(self.of('ai_compute_stock', f'china:{channel}'))} {words}"
            for channel, words in say.CHANNELS.items()
        ]
        return (
            f"China can use {rounded(self.of('ai_compute_stock'))} H100e for training"
            f"{self.before('ai_compute_stock')}: {say.listed(parts)}. Smugglers "
            f"brought {rounded(self.of('smuggled_units'))} chips in the year at "
            f"{rounded(self.of('grey_markup'))} times the price abroad, Nvidia sold "
            f"{rounded(self.of('units_shipped', 'nvidia'))}, Huawei "
            f"{rounded(self.of('units_shipped', 'huawei'))}."
        )

    def _made_at_home(self) -> str:
        wafers = rounded(_THOUSAND * self.of("wafer_starts", "smic_advanced"))
        n2 = say.share(self.of("die_yield", "smic_advanced"))
        n3 = self.of("die_yield", "smic_advanced:n3")
        newer = f", {say.share(n3)} on N+3" if n3 > 0.0 else ""
        return (
            f"At home {rounded(self.of('domestic_accelerators'))} accelerators were "
            f"made{self.before('domestic_accelerators')}; SMIC's advanced lines "
            f"started {wafers} wafers, and {n2} of AI dies were good on N+2{newer}. "
            f"Designers hold {rounded(self.of('hbm_stock'))} stacks of memory"
            f"{self.before('hbm_stock')}."
        )

    def _tools(self) -> str:
        up = "tool_availability"
        return (
            f"ASML's tools in China are up {say.share(self.of(up, 'asml'))} of the "
            f"time, Tokyo Electron's {say.share(self.of(up, 'tel'))}, Lam Research's "
            f"{say.share(self.of(up, 'lam'))}; "
            f"{say.share(self.of('tool_localisation'))} of what fabs buy is made at "
            "home."
        )

    def _lag(self) -> str:
        lag = self.of("frontier_lag_months")
        trails = "trails" if lag >= 0.0 else "leads"
        past = ""
        if self.past is not None:
            was = self._at("frontier_lag_months", "china", self.past)
            same = (was >= 0.0) == (lag >= 0.0)
            side = "" if same else "it trailed by " if was >= 0.0 else "it led by "
            past = f" (a year before {side}{rounded(abs(was))})"
        return (
            f"The best Chinese laboratory {trails} the frontier by "
            f"{say.months(abs(lag))}{past}."
        )

    def _money(self) -> str:
        sold = "china_revenue"
        return (
            f"Revenue from China in the year: Nvidia {say.usd(self.of(sold, 'nvidia'))}"
            f", ASML {say.usd(self.of(sold, 'asml'))}, Tokyo Electron "
            f"{say.usd(self.of(sold, 'tel'))}."
        )


def year_ends(results: Results) -> list[Month]:
    """Return the last month of every year that was recorded, in whole or in part."""
    decembers = [month for month in results.months if month.number == MONTHS_A_YEAR]
    last = results.months[-1]
    return decembers if decembers and decembers[-1] == last else [*decembers, last]
