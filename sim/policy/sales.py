"""Sales that a question of law is about, and which of them are answered alike."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sim.domain.supply import SupplyLine
from sim.policy.statute_book import StatuteBook

Answered = TypeVar("Answered")

OTHERS = "other buyers"
"""The kind of all buyers that are not actors on record."""

_PLURALS = {"laboratory": "laboratories"}
"""Kinds of buyers of which the plural does not end in s alone."""


@dataclass(frozen=True, eq=False)
class Sale:
    """A sale that may be asked about, whether or not the model trades along it.

    Attributes:
        line: seller, buyer and good, where it comes from and goes, the chip if any.
        what: the good or the chip, as an answer names it.
        buyer: the buyer, as an answer names it; the place, if no actor is named.
        kind: the kind of buyer.
        facility: which of the buyer's fabs, if the record does not tell them apart.
    """

    line: SupplyLine
    what: str
    buyer: str
    kind: str
    facility: str = ""


@dataclass(frozen=True)
class SaleGroup:
    """Sales that are answered alike: each of the goods from each seller to each buyer.

    Attributes:
        whats: goods and chips.
        sellers: ids of the sellers.
        buyers: buyers, each with its kind and facility.
    """

    whats: tuple[str, ...]
    sellers: tuple[str, ...]
    buyers: tuple[tuple[str, str, str], ...]

    def __str__(self) -> str:
        whats, sellers = _in_a_row(self.whats), _in_a_row(self.sellers)
        return f"{whats} from {sellers} to {_by_kind(self.buyers)}"


def _by_kind(buyers: Iterable[tuple[str, str, str]]) -> str:
    """Return buyers in words, those of one kind together."""
    facilities: dict[tuple[str, str], list[str]] = {}
    for buyer, kind, facility in buyers:
        facilities.setdefault((kind, buyer), []).append(facility)
    kinds: dict[str, list[str]] = {}
    for (kind, buyer), words in facilities.items():
        named = f"{buyer} ({words[0]})" if words[0] and len(words) == 1 else buyer
        kinds.setdefault(kind, []).append(named)
    return _in_a_row([_of_kind(kind, names) for kind, names in kinds.items()])


def _of_kind(kind: str, names: Sequence[str]) -> str:
    if kind == OTHERS:
        return f"{OTHERS} in {_in_a_row(names)}"
    if len(names) == 1:
        return names[0]
    return f"{_PLURALS.get(kind, f'{kind}s')} ({', '.join(names)})"


def _in_a_row(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def answered_alike(
    sales: Iterable[Sale],
    book: StatuteBook,
    answer: Callable[[SupplyLine], Answered],
    content: Callable[[Answered], Hashable],
) -> list[tuple[SaleGroup, Answered]]:
    """Return an answer for each group of sales that have the same.

    Sales of one good and origin under the same instruments are answered once.

    Args:
        sales: in the order in which they are to be named.
        book: the law.
        answer: what answers for a sale.
        content: what two answers have in common if they are the same.
    """
    known: dict[Hashable, Answered] = {}
    groups: dict[SaleGroup, Hashable] = {}
    by_content: dict[Hashable, Answered] = {}
    for sale in sales:
        key = _law_of(sale, book)
        if key not in known:
            known[key] = answer(sale.line)
        same = content(known[key])
        by_content.setdefault(same, known[key])
        buyer = (sale.buyer, sale.kind, sale.facility)
        one = SaleGroup((sale.what,), (sale.line.seller,), (buyer,))
        groups[one] = same
    for name in ("buyers", "sellers", "whats"):
        groups = _joined(groups, name)
    return [(group, by_content[same]) for group, same in groups.items()]


def _law_of(sale: Sale, book: StatuteBook) -> Hashable:
    """Return what the answer to a sale depends on."""
    line = sale.line
    law = book.applicable_law(line).equivalence_key
    quotas = tuple(x.id for x in book.quotas if x.may_apply_to(line))
    return (sale.what, line.good, line.origin, law, quotas)


def _joined(
    groups: Mapping[SaleGroup, Hashable], name: str
) -> dict[SaleGroup, Hashable]:
    """Return groups with those joined that differ in one attribute alone."""
    together: dict[tuple[SaleGroup, Hashable], list[Any]] = {}
    for group, same in groups.items():
        nothing: dict[str, Any] = {name: ()}
        others = replace(group, **nothing)
        together.setdefault((others, same), []).extend(getattr(group, name))
    return {
        replace(others, **{name: tuple(items)}): same
        for (others, same), items in together.items()
    }
