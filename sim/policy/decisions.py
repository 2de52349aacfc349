"""Decisions: whose acts follow the record, and whose are decided inside the model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sim.policy.dates import FOREVER
from sim.policy.instruments import Adoption, Instrument

LEADER = "USA"
"""The state whose instruments allies are asked to join."""

ALLIES = ("NLD", "JPN", "KOR", "TWN")
"""States that the United States asks to join its controls."""


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
        chosen: what a scenario says of single acts, by id of the instrument and state,
            in place of what it says of the state.
        menu: acts that the states may take besides those of the record, by id.
    """

    states: frozenset[str] = frozenset()
    since: date = FOREVER
    chosen: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    menu: Mapping[str, Instrument] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.states) or any(self.chosen.values())

    def decides(self, act: Instrument) -> bool:
        """Return whether the issuer decides when, and if, an act is in force.

        An act of the record that answers no other has its cause outside the model, and
        stays as it is dated, unless it is the leader's or is chosen by name.
        """
        caused = (
            act.issuer == LEADER
            or bool(act.answers)
            or act.id in self.menu
            or (act.id, act.issuer) in self.chosen
        )
        return caused and act.announced >= self.since and self.says(act.id, act.issuer)

    def joins(self, act: Instrument, state: str) -> bool:
        """Return whether a state decides on joining an act of another."""
        joined = act.joined(state)
        later = joined is not None and joined.start >= self.since
        return later and self.says(act.id, state)

    def undated(self, act: Instrument) -> Instrument:
        """Return an act without the dates that are to be decided."""
        adopted = {
            state: Adoption(share=0.0) if self.joins(act, state) else adoption
            for state, adoption in act.adopted_by.items()
        }
        if self.decides(act):
            # On a month's first day, so that no month is split by it.
            begins = self.since.replace(day=1)
            return replace(
                act, adopted_by=adopted, announced=begins, effective=begins, end=None
            )
        return act if adopted == act.adopted_by else replace(act, adopted_by=adopted)

    def open(self, acts: Mapping[str, Instrument]) -> Iterator[tuple[Instrument, str]]:
        """Yield every act that is to be decided on, with the state that decides."""
        for act in acts.values():
            if self.decides(act):
                yield act, act.issuer
            for state in act.adopted_by:
                if self.joins(act, state):
                    yield act, state

    def says(self, act: str, state: str) -> bool:
        """Return whether a state is said to decide on an act, given by its id."""
        return self.chosen.get((act, state), state in self.states)


ALL_RECORDED = Decisions()
"""Everything is as it is dated."""
