"""Kept answers: what law says, kept for as long as nothing has moved that it reads."""

from collections.abc import Hashable, Sequence
from typing import Any

from sim.domain.ensemble import same_objects
from sim.policy.decided_law import AS_DATED, DecidedLaw
from sim.policy.instruments import Instrument


class KeptAnswers:
    """The answers of some acts to questions of one kind of line.

    An answer follows from the text and the dates of the acts, which never change; from
    what states have decided on these acts; and from what else is given, such as
    leakage. The last two are compared by identity, since arrays are rebound and never
    changed in place: while they are the same objects, the answers hold.
    """

    def __init__(self, acts: Sequence[Instrument]) -> None:
        self._acts = acts
        self._asked: tuple[object, ...] = ()
        self._read: tuple[object, ...] = ()
        self._answers: dict[Hashable, Any] = {}

    def under(
        self,
        decided: DecidedLaw = AS_DATED,
        decided_ahead: DecidedLaw = AS_DATED,
        given: object = None,
    ) -> dict[Hashable, Any]:
        """Return the answers that hold, by question, to be added to.

        Args:
            decided: what has been decided, and binds.
            decided_ahead: the same with what does not bind yet.
            given: what else the answers depend on.
        """
        asked = (decided, decided_ahead, given)
        if not same_objects(asked, self._asked):
            parts = (decided.parts_on(self._acts), decided_ahead.parts_on(self._acts))
            read = (*parts[0], *parts[1], given)
            if not same_objects(read, self._read):
                self._answers = {}
            self._asked, self._read = asked, read
        return self._answers
