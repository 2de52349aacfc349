"""Sessions: what several questions share is run once, not once a question.

While a session is open, worlds under a baseline's law are kept in memory as they stood
in some months, and so are the results of the baseline. Another scenario in the same
possible worlds then starts from the last kept month in which its law is still the
baseline's. A copy of a world goes on to the same bits as the world itself, so nothing
here changes a number.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, ClassVar, TypeVar

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.outcomes.results import Results
from sim.policy.law_digest import canonical_text, text_digest

if TYPE_CHECKING:
    from sim.experiments.setup import Setup
    from sim.experiments.simulation import Simulation
    from sim.records import Records

MOST_DRAWS = 4_000
"""Draws of which a session keeps the world at most, over all months, and the results.

Measured: a world takes about 70 kB a draw, headline results to 2030 about 50 kB.
"""

Kept = TypeVar("Kept", bound="Simulation | Results")


@dataclass(frozen=True)
class _History:
    """What decides the history of a baseline and what is recorded of it.

    Attributes:
        records: the facts; the same object, not merely equal ones.
        draws: the possible worlds.
        digest: of the law, the assumptions and the settings.
    """

    records: Records
    draws: Draws
    digest: str


class Session:
    """Keeps what questions share, from its making until it is closed.

    One session is open at a time: a new one closes the one before.

    Example:
        >>> with Session() as session:
        ...     Session.current is session
        True
        >>> Session.current is None
        True
    """

    current: ClassVar[Session | None] = None

    def __init__(self, most_draws: int = MOST_DRAWS) -> None:
        """Open it.

        Args:
            most_draws: draws that are kept at most, over all months. What was used
                longest ago is dropped first.
        """
        self.most_draws = most_draws
        self._worlds: OrderedDict[tuple[_History, Month], Simulation] = OrderedDict()
        self._results: OrderedDict[tuple[_History, Month], Results] = OrderedDict()
        self._lock = Lock()
        if Session.current is not None:
            Session.current.close()
        Session.current = self

    def close(self) -> None:
        """Forget all that is kept."""
        with self._lock:
            self._worlds.clear()
            self._results.clear()
        if Session.current is self:
            Session.current = None

    def __enter__(self) -> Session:
        """Return it."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it, whatever happened meanwhile."""
        self.close()

    def world(self, setup: Setup, draws: Draws, until: Month) -> Simulation | None:
        """Return a copy of the last kept world of a baseline up to a month, if any."""
        history = _history(setup, draws)
        with self._lock:
            months = [month for known, month in self._worlds if known == history]
            latest = max((month for month in months if month <= until), default=None)
            if latest is None:
                return None
            self._worlds.move_to_end((history, latest))
            kept = self._worlds[history, latest]
        return kept.copy()

    def has_room(self, draws: Draws) -> bool:
        """Return whether a world of some draws can be kept without dropping another."""
        with self._lock:
            return _draws_kept(self._worlds) + draws.count <= self.most_draws

    def keep_world(self, setup: Setup, draws: Draws, simulation: Simulation) -> None:
        """Keep a copy of the world of a baseline, as it stands."""
        self._keep(
            self._worlds,
            (_history(setup, draws), simulation.world.month),
            simulation.copy(),
            draws,
        )

    def results(self, setup: Setup, draws: Draws) -> Results | None:
        """Return the results of a baseline to the horizon, if they are kept."""
        key = (_history(setup, draws), setup.horizon)
        with self._lock:
            kept = self._results.get(key)
            if kept is None:
                return None
            self._results.move_to_end(key)
        return _with_own_series(kept)

    def keep_results(self, setup: Setup, draws: Draws, results: Results) -> None:
        """Keep the results of a baseline to the horizon."""
        key = (_history(setup, draws), setup.horizon)
        self._keep(self._results, key, _with_own_series(results), draws)

    def _keep(
        self,
        shelf: OrderedDict[tuple[_History, Month], Kept],
        key: tuple[_History, Month],
        kept: Kept,
        draws: Draws,
    ) -> None:
        """Keep one thing more, and drop what was used longest ago."""
        if draws.count > self.most_draws:
            return
        with self._lock:
            shelf[key] = kept
            shelf.move_to_end(key)
            for oldest in list(shelf):
                if _draws_kept(shelf) <= self.most_draws:
                    break
                del shelf[oldest]


def _with_own_series(results: Results) -> Results:
    """Return the same results; series that are taken out of them stay in the others."""
    return replace(results, series=dict(results.series))


def _draws_kept(shelf: OrderedDict[tuple[_History, Month], Kept]) -> int:
    """Return how many draws are kept, over all months."""
    return sum(history.draws.count for history, _ in shelf)


def _history(setup: Setup, draws: Draws) -> _History:
    """Return what decides the history of a baseline and what is recorded of it."""
    case = setup.baseline
    settings = (
        case.name,
        dict(case.assumptions),
        dict(case.mechanisms),
        setup.record if isinstance(setup.record, str) else tuple(setup.record),
        setup.seed,
        str(setup.start),
    )
    words = (canonical_text(settings), setup.joint_digest, case.regime.identity)
    return _History(setup.records, draws, text_digest(words))
