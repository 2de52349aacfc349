"""What the law says to sales, as a table for each."""

from __future__ import annotations

from rich.console import Console

from sim.policy.explain import GATE_TITLES, LawAnswer
from sim.presentation.displayed import Displayed
from sim.presentation.terminal_tables import new_table, plain


class LawAnswers(Displayed, tuple[LawAnswer, ...]):
    """What the law says to sales, an answer for each."""

    __slots__ = ()

    def print_to(self, out: Console) -> None:
        """Print the acts that apply to each sale."""
        for answer in self:
            print_answer(answer, out)

    def __repr__(self) -> str:
        return "\n".join(map(str, self))

    __str__ = __repr__


def print_answer(answer: LawAnswer, out: Console) -> None:
    """Print the answer, and the acts that say so, the governing ones first."""
    out.print(plain(f"{answer.line}, {answer.day}: {answer.verdict}"))
    if answer.reasons:
        table = new_table("", ["gate", "act", "reference", "what it does"])
        for reason in answer.reasons:
            act = reason.instrument
            gate = GATE_TITLES[reason.gate] + (", governs" if reason.governs else "")
            cells = (gate, f"{act.id}: {act.title}", act.reference, reason.effect)
            table.add_row(*map(plain, cells))
        out.print(table)
    else:
        out.print(plain("No instrument in force stands in its way."))
    for remark in (*answer.undecided, *answer.limits):
        out.print(plain(remark))
