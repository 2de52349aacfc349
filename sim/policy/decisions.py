"""Decisions: whose acts follow the record, and whose are decided inside the model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sim.domain.supply import CHINA
from sim.policy.dates import FOREVER
from sim.policy.instruments import Adoption, Instrument, equal_values

LEADER = "USA"
"""The state whose instruments allies are asked to join."""

LEADER_GOVERNMENT = "gov_us"
"""Actor id of its government, which events and measures name."""

ALLIES = ("NLD", "JPN", "KOR", "TWN")
"""States that the United States asks to join its controls."""

STATE_NAMES = {
    LEADER: "the United States",
    CHINA: "China",
    "NLD": "the Netherlands",
    "JPN": "Japan",
    "KOR": "South Korea",
    "TWN": "Taiwan",
}
"""States that may decide for themselves, as a sentence names them."""


@dataclass(frozen=True)
class Package:
    """Acts that a state decides on as one.

    Attributes:
        state: who decides.
        acts: the acts, that of which the chronicle tells first.
    """

    state: str
    acts: tuple[Instrument, ...]

    @property
    def name(self) -> str:
        """The id under which the chronicle tells of it."""
        return self.acts[0].id

    @property
    def is_joining(self) -> bool:
        """Whether it is about joining acts of another state."""
        return self.acts[0].issuer != self.state

    @property
    def asks(self) -> frozenset[str]:
        """The ids of the acts with which the state is asked, if it is asked."""
        if self.is_joining:
            return frozenset(act.id for act in self.acts)
        if self.state not in ALLIES:
            return frozenset()
        return frozenset(self.acts[0].answers)

    @property
    def deadline(self) -> date | None:
        """The first day on which the asker's own law reaches a state that holds out."""
        ask = self.acts[0].ask if self.is_joining else None
        return None if ask is None else ask.deadline


@dataclass(frozen=True)
class Decisions:
    """Which acts are decided inside the model, by state and by instrument.

    What was announced before `since` stands as it is dated. What is announced later by
    a state that decides for itself, or is to be joined by it later, has no dates of its
    own: it is in force in those draws, and from that month on, in which the state has
    so decided.

    Attributes:
        states: states that decide for themselves.
        since: the first day from which they do.
        by_instrument: what a scenario says of single acts, by id of the instrument and
            state, in place of what it says of the state.
        menu: acts that the states may take besides those of the record, by id.
    """

    states: frozenset[str] = frozenset()
    since: date = FOREVER
    by_instrument: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    menu: Mapping[str, Instrument] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.states) or any(self.by_instrument.values())

    def decides(self, act: Instrument) -> bool:
        """Return whether the issuer decides when, and if, an act is in force.

        An act of the record that answers no other has its cause outside the model, and
        stays as it is dated, unless it is the leader's or is chosen by name.
        """
        caused = (
            act.issuer == LEADER
            or bool(act.answers)
            or act.id in self.menu
            or (act.id, act.issuer) in self.by_instrument
        )
        return (
            caused
            and act.announced >= self.since
            and self.state_decides(act.id, act.issuer)
        )

    def decides_joining(self, act: Instrument, state: str) -> bool:
        """Return whether a state decides on joining an act of another."""
        joined = act.adoption_period(state)
        later = joined is not None and joined.start >= self.since
        return later and self.state_decides(act.id, state)

    def undated(self, act: Instrument) -> Instrument:
        """Return an act without the dates that are to be decided."""
        adopted = {
            state: Adoption(share=0.0) if self.decides_joining(act, state) else adoption
            for state, adoption in act.adopted_by.items()
        }
        if self.decides(act):
            # On a month's first day, so that no month is split by it.
            begins = self.since.replace(day=1)
            return replace(
                act, adopted_by=adopted, announced=begins, effective=begins, end=None
            )
        if equal_values(adopted, act.adopted_by):
            return act
        return replace(act, adopted_by=adopted)

    def open_decisions(
        self, acts: Mapping[str, Instrument]
    ) -> Iterator[tuple[Instrument, str]]:
        """Yield every act that is to be decided on, with the state that decides."""
        for act in acts.values():
            if self.decides(act):
                yield act, act.issuer
            for state in act.adopted_by:
                if self.decides_joining(act, state):
                    yield act, state

    def package_key(self, act: Instrument, state: str) -> tuple[object, ...]:
        """Return what acts have in common on which a state decides as one.

        They are of one text and day; an act of the menu stands alone.
        """
        alone = act.id if act.id in self.menu else ""
        return state, act.reference, act.announced, act.issuer != state, alone

    def packages(self, acts: Mapping[str, Instrument]) -> tuple[Package, ...]:
        """Return all that is to be decided on, in the order of the acts."""
        packages: dict[tuple[object, ...], Package] = {}
        for act, state in self.open_decisions(acts):
            key = self.package_key(act, state)
            begun = packages.get(key, Package(state, ()))
            packages[key] = replace(begun, acts=(*begun.acts, act))
        return tuple(packages.values())

    def summary(self) -> str:
        """Return who decides, and from when on, in a sentence or two.

        Example:
            >>> Decisions(frozenset({"JPN", "NLD"}), date(2025, 2, 1)).summary()
            'The Netherlands and Japan decide for themselves from 2025-02 on.'
        """
        if not self:
            return ""
        since = f"from {self.since:%Y-%m} on"
        deciding = [state for state in STATE_NAMES if state in self.states]
        sentences = [f"{_clause(deciding, decide=True)} {since}"] if deciding else []
        exceptions: dict[tuple[str, bool], list[str]] = {}
        for (act, state), decides in self.by_instrument.items():
            if decides != (state in self.states):
                exceptions.setdefault((act, decides), []).append(state)
        for (act, decides), states in exceptions.items():
            when = f" {since}" if decides else ""
            sentences.append(f"{_clause(states, decide=decides)} on {act}{when}")
        return " ".join(f"{text[0].upper()}{text[1:]}." for text in sentences)

    def state_decides(self, act: str, state: str) -> bool:
        """Return whether a state is said to decide on an act, given by its id."""
        return self.by_instrument.get((act, state), state in self.states)


ALL_RECORDED = Decisions()
"""Everything is as it is dated."""


def _clause(states: Sequence[str], *, decide: bool) -> str:
    """Return that states decide, or follow the record, as a sentence says it."""
    *others, last = (STATE_NAMES.get(state, state) for state in states)
    if not others:
        return f"{last} {'decides for itself' if decide else 'follows the record'}"
    verb = "decide for themselves" if decide else "follow the record"
    return f"{', '.join(others)} and {last} {verb}"
