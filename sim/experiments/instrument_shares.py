"""Attribution to instruments: every set of them, in the same worlds.

The worth v of a set of instruments is what a scenario changes if it makes, amends or
removes those alone. What else it sets (who decides, assumptions, mechanisms) holds in
every set, so that v(none) is what that does by itself. The Shapley values of the
instruments share out the rest: all pieces add up to v(all) in every draw, in whatever
order the instruments are named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import SettingsError, choices, listed
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.experiments.many_scenarios import read_scenarios_chunk
from sim.experiments.progress import progress
from sim.experiments.setup import CHUNK_OF_SEVERAL, Setup
from sim.experiments.shapley import Coalition, coalitions, shapley
from sim.experiments.workers import Crew, FunctionCall, OnMonth, report_month
from sim.outcomes.headline import dates_of
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.results import Key, Results
from sim.outcomes.shared_effect import FIRST, SharedEffect
from sim.policy.difference import law_difference
from sim.records.law_files import without_dangling_references

MOST_PLAYERS = 8
"""Instruments, or groups of them, that are distinguished: 256 sets are run."""

Worth = Mapping[Coalition, PerDraw]


@dataclass(frozen=True, eq=False, repr=False)
class Players(ShortRepr):
    """The instruments of a scenario, some of them taken together.

    Attributes:
        setup: the experiment.
        ids: instruments of each player, by its name, names in alphabetical order.
    """

    setup: Setup
    ids: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(
        cls, setup: Setup, groups: Mapping[str, Sequence[str]] | None = None
    ) -> Players:
        """Return the players of an experiment.

        Args:
            setup: the experiment.
            groups: instruments that count as one, by a name for them.

        Raises:
            SettingsError: nothing is compared or changed, there are too many
                instruments, or a group names one that there is not.
        """
        changed = _changed(setup)
        grouped: dict[str, str] = {}
        for name, members in (groups or {}).items():
            for member in members:
                _check_member(name, member, changed, grouped)
                grouped[member] = name
        ids: dict[str, tuple[str, ...]] = {}
        for key in changed:
            name = grouped.get(key, key)
            ids[name] = (*ids.get(name, ()), key)
        if len(ids) > MOST_PLAYERS:
            raise SettingsError(
                f"attribute.groups: {len(ids)} instruments differ, and at most "
                f"{MOST_PLAYERS} can be distinguished; put some together, such as "
                f"attribute.groups={{some:[{','.join(list(ids)[:2])}]}}"
            )
        return cls(setup, dict(sorted(ids.items())))

    @property
    def titles(self) -> Mapping[str, str]:
        """What each is about: its title, or the instruments that it is made of."""
        assert self.setup.scenario is not None
        laws = (self.setup.scenario.regime, self.setup.baseline.regime)
        acts = {**laws[1].instruments, **laws[0].instruments}
        return {
            name: acts[keys[0]].title if keys == (name,) else listed(keys)
            for name, keys in self.ids.items()
        }

    def setup_with(self, working: Collection[str]) -> Setup:
        """Return the experiment in which some players alone are at work."""
        setup = self.setup
        assert setup.scenario is not None
        new, old = setup.scenario.regime, setup.baseline.regime.instruments
        chosen = {key for name in working for key in self.ids[name]}
        left_out = {key for keys in self.ids.values() for key in keys} - chosen
        order = dict.fromkeys([*old, *new.instruments])
        acts = {}
        for key in order:
            source = old if key in left_out else new.instruments
            if key in source:
                acts[key] = source[key]
        regime = replace(new, instruments=without_dangling_references(acts))
        return replace(setup, scenario=replace(setup.scenario, regime=regime))


def _changed(setup: Setup) -> list[str]:
    """Return the ids of the instruments in which the two laws differ."""
    if setup.scenario is None:
        raise SettingsError(
            f"task=attribute: {setup.baseline.name} is compared with itself, so there "
            "is nothing to share out; choose another scenario"
        )
    old, new = (x.regime.instruments for x in (setup.baseline, setup.scenario))
    changed = sorted({change.id for change in law_difference(old, new)})
    if not changed:
        raise SettingsError(
            f"task=attribute: {setup.scenario.name} changes no instrument of "
            f"{setup.baseline.name}; choose another scenario"
        )
    return changed


def _check_member(
    name: str, member: str, changed: Sequence[str], grouped: Mapping[str, str]
) -> None:
    """Refuse an instrument that does not differ, or that is in a group already."""
    if member not in changed:
        hint = choices(member, changed)
        raise SettingsError(
            f"attribute.groups.{name}: {member} is not changed by the scenario{hint}"
        )
    if member in grouped:
        raise SettingsError(
            f"attribute.groups.{name}: {member} is in {grouped[member]} already"
        )
    if name in changed and name != member:
        raise SettingsError(
            f"attribute.groups.{name}: is the name of an instrument; choose another, "
            f"which is none of {listed(changed)}"
        )


def instrument_shares(
    players: Players, key: Key, unit: str, quiet: bool = True
) -> SharedEffect:
    """Return what a scenario changes of a measure by instrument, over time.

    Args:
        players: the experiment, and its instruments.
        key: measure and actor.
        unit: of the effect.
        quiet: whether to show no progress.
    """
    setup = replace(players.setup, record=[key[0]])
    players = replace(players, setup=setup)
    most = min(setup.chunk or CHUNK_OF_SEVERAL, -(-setup.draws.count // setup.workers))
    chunks = setup.draws.split(most)
    setups = [players.setup_with(working) for working in coalitions(list(players.ids))]
    first, end = setup.records.start, setup.horizon + 1
    months = (end - first) + sum(end - each.fork_month for each in setups)
    run = partial(_share_chunk, players, key, unit)
    with progress(months * len(chunks), quiet, "instruments") as on_month:
        if setup.workers == 1 or len(chunks) == 1:
            return SharedEffect.join([run(draws, on_month) for draws in chunks])
        calls: list[FunctionCall] = [(run, draws, report_month) for draws in chunks]
        with Crew() as crew:
            workers = min(setup.workers, len(chunks))
            return SharedEffect.join(crew.run_all(calls, workers, on_month))


def _share_chunk(
    players: Players, key: Key, unit: str, draws: Draws, on_month: OnMonth
) -> SharedEffect:
    """Return the shares in a chunk of draws."""
    names = list(players.ids)
    sets = coalitions(names)
    setups = [players.setup_with(working) for working in sets]
    times = dict(_times(players.setup))
    read = partial(_values, key, list(times.values()))
    baseline, *others = read_scenarios_chunk(setups, draws, on_month, read)
    worths: dict[str, dict[Coalition, PerDraw]] = {
        when: {
            working: paired_difference(values[place], baseline[place])
            for working, values in zip(sets, others, strict=True)
        }
        for place, when in enumerate(times)
    }
    all_of_them = frozenset(names)
    return SharedEffect(
        key=key,
        unit=unit,
        draws=draws,
        months=times,
        pieces={when: _pieces(worth, names) for when, worth in worths.items()},
        whole={when: worth[all_of_them] for when, worth in worths.items()},
        alone={
            when: {name: worth[frozenset([name])] for name in names}
            for when, worth in worths.items()
        },
        last={
            when: {
                name: worth[all_of_them] - worth[all_of_them - {name}] for name in names
            }
            for when, worth in worths.items()
        },
    )


def _times(setup: Setup) -> Iterator[tuple[str, Month]]:
    """Yield the years from that in which the laws differ on, and the horizon."""
    first = max(setup.start, setup.fork_month)
    months = [first + ahead for ahead in range(setup.horizon + 1 - first)]
    return dates_of(months or [setup.horizon])


def _values(key: Key, months: Sequence[Month], results: Results) -> list[PerDraw]:
    """Return a measure in some months, a flow over the year to each."""
    own = replace(results, series={key: results.get(key)})
    return [own.over_year(key, month) for month in months]


def _pieces(worth: Worth, names: Sequence[str]) -> dict[str, PerDraw]:
    """Return what the scenario does without them, and the share of each."""
    return {FIRST: worth[frozenset()], **shapley(worth, names)}
