"""Instruments of law that are right, and values of their fields that are not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date, timedelta
from functools import cache
from typing import Any, get_args

from hypothesis import strategies as st

from sim.domain.chips import REGULATED
from sim.domain.supply import Good
from sim.policy import field_types as kinds_of_field
from sim.policy.instruments import Adoption, Adoptions, Ask, Grounds, Instrument
from sim.policy.kinds import KINDS
from sim.policy.scope import Scope
from tests.fuzz.desk import shipped_records
from tests.fuzz.values import ARABIC, FULL_WIDTH, MANY_DIGITS, in_digits
from tests.fuzz.yaml_text import Raw

FIRST = date(2022, 1, 1)
DAYS = 365 * 7
"""Days after the first within which made-up law is announced."""

Path = tuple[Any, ...]
Spot = tuple[Path, str]
"""Where a value stands in a document, and what kind of value it is."""

_WORDS = st.sampled_from(
    ["A ban", "letter of 30 January", "none", "90 FR 4544", "é, ü: 'x'", "-", "# no"]
)
_TEXTS = st.sampled_from(
    ["A ban", "letter of 30 January", "none", "90 FR 4544", "é: #"]
)
_SHARES = st.floats(0.0, 1.0) | st.sampled_from([0, 1, 0.5])
_AMOUNTS = st.floats(0.0, 1e9) | st.integers(0, 10**9)
_STATES = st.sampled_from(kinds_of_field.STATE_CODES)
_GOODS = st.sampled_from([*map(str, Good), *kinds_of_field.GOOD_GROUPS])
_LIMITS = st.dictionaries(st.sampled_from(list(REGULATED)), _AMOUNTS, max_size=2)
_TESTS = st.lists(
    st.dictionaries(st.sampled_from(list(REGULATED)), _AMOUNTS, min_size=1, max_size=2),
    min_size=1,
    max_size=2,
    unique_by=repr,
)
_ECCNS = st.sampled_from(["3A090.a", "4A090", "3B001.c.1", "3E001"])


def _some(items: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[Any]:
    several = st.lists(items, min_size=max(least, 1), max_size=3, unique=True)
    return several | items if least else several | items | st.just([])


_ACTORS = st.deferred(lambda: st.sampled_from(sorted(shipped_records().actors)))
_ACTS = st.deferred(lambda: st.sampled_from(sorted(shipped_records().law.instruments)))

_STRATEGIES: Mapping[str, st.SearchStrategy[Any]] = {
    "text": _TEXTS,
    "remark": _WORDS,
    "share": _SHARES,
    "amount": _AMOUNTS,
    "months": st.integers(1, 60),
    "day": st.sampled_from(["2026-12", "2026-12-01"]),
    "state": _STATES,
    "issuer": st.sampled_from(["USA", "NLD", "JPN", "CHN", "EU"]),
    "states": _some(_STATES),
    "actors": _some(_ACTORS),
    "goods": _some(_GOODS),
    "limits": _LIMITS,
    "tests": _TESTS,
    "coverage": _SHARES
    | st.dictionaries(st.sampled_from([*map(str, Good)]), _SHARES, max_size=2),
    "eccns": _some(_ECCNS),
    "ids": _some(_ACTS, least=1),
    "shares by state": st.dictionaries(_STATES, _SHARES, max_size=2),
    "confidence": st.sampled_from(get_args(kinds_of_field.ConfidenceLevel)),
    "note": _WORDS,
}
"""What may be written, by kind of field."""

_KIND_OF: Sequence[tuple[Any, str]] = (
    (kinds_of_field.Text, "text"),
    (kinds_of_field.Remark, "remark"),
    (kinds_of_field.Day, "day"),
    (kinds_of_field.Share, "share"),
    (kinds_of_field.Amount, "amount"),
    (kinds_of_field.Months, "months"),
    (kinds_of_field.State, "state"),
    (kinds_of_field.Issuer, "issuer"),
    (kinds_of_field.States, "states"),
    (kinds_of_field.Actors, "actors"),
    (kinds_of_field.SharesByState, "shares by state"),
    (kinds_of_field.Goods, "goods"),
    (kinds_of_field.Limits, "limits"),
    (kinds_of_field.Tests, "tests"),
    (kinds_of_field.Coverage, "coverage"),
    (kinds_of_field.Eccns, "eccns"),
    (kinds_of_field.Ids, "ids"),
    (kinds_of_field.Confidence, "confidence"),
    (Adoptions, "adoptions"),
)

_NO_TEXT = (5, 5.5, True, None, [], ["a"], {}, {"a": "b"}, "", "  ")
_NO_NUMBER = ("five", "0.5", True, None, [], [0.5], {"a": 1}, "", "1e-1")
_NOT_DECIMAL = tuple(
    map(
        Raw,
        (
            MANY_DIGITS,
            "010",
            "1:30",
            "0x10",
            "1_0",
            "0b11",
            "0o17",
            "-010",
            "1_0.5",
            "1:30.5",
        ),
    )
)
_NOT_FINITE = (float("nan"), float("inf"), -float("inf"), Raw("1e999"), 10**400)
_NO_DAY = (
    *(5, 20250101, 2025, 2025.5, True, [], {}, "", "soon", "2025-13", "2025-00"),
    *("2025-02-30", "2025-1", "25-01-01", "2025/01/01", "2025-01-01 10:00", "0000-01"),
    *("10000-01-01", in_digits("2025-01", ARABIC), in_digits("2025-01", FULL_WIDTH)),
    *("2025-01-01T00:00:00Z", "-2025-01", ["2025-01"], {"year": 2025}),
)
_NO_LIST_OF_WORDS = (5, True, None, {"a": 1}, "", [5], [None], [True], [[]], [{}])
_NO_MAPPING = (5, True, "text", [], [5], "")
_TAGGED = tuple(
    map(
        Raw,
        (
            *("!!str x", "!!int 5", "! x", "!mine x", "!!python/name:os.system"),
            *(
                "!!binary aGk=",
                "!!set {a}",
                "!!omap [a: 1]",
                "!!map {a: 1}",
                "!!seq [a]",
            ),
            *("!!bool true", "!!null null", "!!timestamp 2025-01-01", "&a 5", "*a"),
            *("!!python/object/apply:os.system ['true']", "!<tag:x> 5", "&a [*a]"),
            *('"${seed}"', "'${oc.env:HOME}'", "${a}"),
        ),
    )
)

_WRONG: Mapping[str, Sequence[Any]] = {
    "text": _NO_TEXT,
    "remark": _NO_TEXT,
    "note": (5, 5.5, True, None, [], ["a"], {}, {"a": "b"}),
    "day": (*_NO_DAY, None),
    "share": (*_NO_NUMBER, *_NOT_DECIMAL, *_NOT_FINITE, -0.1, 1.1, 2, -1),
    "amount": (*_NO_NUMBER, *_NOT_DECIMAL, *_NOT_FINITE, -0.1, -1),
    "months": (*_NO_NUMBER, *_NOT_DECIMAL, *_NOT_FINITE, 0, -1, 1.5),
    "state": (*_NO_TEXT, "XXX", "usa", "US", "CHN "),
    "issuer": (*_NO_TEXT, "XXX", "usa", "FRA", ["USA"]),
    "states": (*_NO_LIST_OF_WORDS, "XXX", ["CHN", "XXX"], ["CHN", "CHN"]),
    "actors": (*_NO_LIST_OF_WORDS, "nobody", ["smic", "nobody"], ["smic", "smic"]),
    "goods": (*_NO_LIST_OF_WORDS, "chips", ["ai_chip", "x"], ["ai_chip", "ai_chip"]),
    "limits": (*_NO_MAPPING, {"tp": 1}, {"tpp": -1}, {"tpp": "x"}, {"tpp": None}),
    "tests": (
        *(5, True, None, "", "tpp", {}, [{}], [5], [None], [{"tp": 1}]),
        *([{"tpp": -1}], [{"tpp": float("nan")}], [{"tpp": True}], [{"tpp": [1]}]),
        *([{"tpp": 4800}, {}], [{"tpp": 4800}, {"tpp": 4800}]),
    ),
    "coverage": (
        *("half", True, None, [], [0.5], "", -0.1, 1.1, float("nan")),
        *({"chips": 0.5}, {"ai_chip": 2}, {"ai_chip": "x"}, {"tools": 0.5}),
    ),
    "eccns": (*_NO_LIST_OF_WORDS, 30.0, "EAR", ["3A090", "x"], ["4A090", "4A090"]),
    "ids": (*_NO_LIST_OF_WORDS, "no_such_act", ["no_such_act"]),
    "shares by state": (*_NO_MAPPING, {"XXX": 0.5}, {"NLD": 2}, {"NLD": "x"}),
    "confidence": (*_NO_TEXT, "sure", ["seen"]),
    "adoptions": (
        *(5, True, "NLD", [], ["NLD"], "", {"XXX": None}, {"NLD": "maybe"}),
        *({"NLD": 5}, {"NLD": True}, {"NLD": "2021-01"}, {"NLD": {"sinc": None}}),
        *({"NLD": []}, {"NLD": {"share": 2}}, {"NLD": {"since": "soon"}}),
    ),
    "choice": (*_NO_TEXT, "no_such_word"),
    "mapping": (5, True, "text", [], [5], "", {"no_such_field": 1}),
    "switch": (1, 0, "yes", "off", "true", None, [], {}, "maybe", 1.0),
    "law base": (
        *("nothing", 5, True, [], {}, {"as_of": "2025-13"}, {"as_of": "1999-01"}),
        *({"as_of": 5}, {"as_of": None}, {"as_of": "2024-12", "x": 1}, {"x": 1}, ""),
        *({"as_of": "2019-01"}, ["current_law"], "current_law ", {"as_of": []}),
    ),
}
"""What is surely wrong, by kind of value."""


def wrong_values(kind: str) -> Sequence[Any]:
    """Return what is surely wrong as a value of a kind."""
    if kind.startswith("optional "):
        values = _WRONG[kind.removeprefix("optional ")]
        return [value for value in values if value is not None]
    return _WRONG[kind]


TAGS = _TAGGED
"""What is wrong wherever a value may stand."""


@cache
def kind_of_field(hint: Any) -> str:
    """Return what kind of value a field holds."""
    for known, kind in _KIND_OF:
        if hint == known:
            return kind
    if get_args(hint)[:1] == (str,):
        return "note"
    if kinds_of_field.Day in get_args(hint):
        return "optional day"
    for part in get_args(hint):
        for known, kind in _KIND_OF:
            if part == known:
                return f"optional {kind}"
    return "choice" if _choices(hint) else "mapping"


def _choices(hint: Any) -> tuple[Any, ...]:
    """Return the words of a field that is one of a few."""
    base = get_args(hint)[0] if get_args(hint) else hint
    if isinstance(base, type) and hasattr(base, "__members__"):
        return tuple(str(item) for item in base)  # type: ignore[var-annotated]
    args = get_args(base)
    return args if args and all(isinstance(item, str) for item in args) else ()


_DATED = {"id", "announced", "effective", "end", "adopted_by", "ask", "grounds"}
"""Fields of instruments that depend on one another."""


@st.composite
def instruments(draw: st.DrawFn) -> dict[str, Any]:
    """Return an instrument as a file writes it."""
    name = draw(st.sampled_from(sorted(KINDS)))
    kind = KINDS[name]
    act: dict[str, Any] = {"kind": name}
    for item in fields(kind):
        needed = item.default is MISSING and item.default_factory is MISSING
        if item.name not in _DATED and (needed or not draw(st.integers(0, 3))):
            is_scope = item.name == "scope"
            act[item.name] = draw(_scope(kind) if is_scope else _value(item.type))
    act |= draw(_dates(kind))
    if name == "quota":
        act["cap"] = draw(st.floats(0.0, 1.0))
    return act


def _value(hint: Any) -> st.SearchStrategy[Any]:
    kind = kind_of_field(hint)
    if kind == "choice":
        return st.sampled_from(_choices(hint))
    if kind in _STRATEGIES:
        return _STRATEGIES[kind]
    if kind.removeprefix("optional ") in _STRATEGIES:
        return _STRATEGIES[kind.removeprefix("optional ")]
    raise TypeError(f"no strategy for {hint}")


@st.composite
def _scope(draw: st.DrawFn, kind: type[Instrument]) -> dict[str, Any]:
    """Return some fields of a scope that a kind reads."""
    return {
        item.name: draw(_value(item.type))
        for item in fields(Scope)
        if item.name in kind.scope_read and not draw(st.integers(0, 3))
    }


@st.composite
def _dates(draw: st.DrawFn, kind: type[Instrument]) -> dict[str, Any]:
    """Return dates in order, and who joins on which of them."""
    announced = FIRST + timedelta(days=draw(st.integers(0, DAYS)))
    effective = announced + timedelta(days=draw(st.integers(0, 400)))
    later = effective + timedelta(days=draw(st.integers(1, 800)))
    end = later + timedelta(days=draw(st.integers(1, 800)))
    act: dict[str, Any] = {"announced": str(announced), "effective": str(effective)}
    if draw(st.booleans()):
        act["end"] = draw(st.sampled_from([str(end), None]))
    if kind.binds_allies and not draw(st.integers(0, 2)):
        act["adopted_by"] = {
            state: draw(
                st.sampled_from(
                    [None, str(later), "refuses", {"since": str(later), "share": 0.5}]
                )
            )
            for state in draw(st.lists(_STATES, min_size=1, max_size=2, unique=True))
        }
        if draw(st.booleans()):
            act["ask"] = {
                "side_payment": draw(_AMOUNTS),
                "coercion": draw(_SHARES),
                "deadline": str(later),
                "backstop": {"NLD": draw(_SHARES)},
            }
    if not draw(st.integers(0, 4)):
        act["grounds"] = {
            "effective": {"confidence": "judgement", "note": draw(_WORDS)}
        }
    return act


_NESTED = {"scope": Scope, "ask": Ask}
_HOLDS = {
    "adopted_by": Adoption,
    "grounds": Grounds,
}


def spots(act: Mapping[str, Any], kind: type[Any], path: Path = ()) -> Iterator[Spot]:
    """Yield where values of an instrument, or of a part of it, stand."""
    by_name = {item.name: item.type for item in fields(kind)}
    for name, value in act.items():
        if name == "kind":
            continue
        here = (*path, name)
        yield here, kind_of_field(by_name[name])
        if name in _NESTED and isinstance(value, Mapping):
            yield from spots(value, _NESTED[name], here)
        if name in _HOLDS and isinstance(value, Mapping):
            for key, part in value.items():
                if isinstance(part, Mapping):
                    yield from spots(part, _HOLDS[name], (*here, key))


def required(kind: type[Any]) -> list[str]:
    """Return the fields that must be written."""
    return [
        item.name
        for item in fields(kind)
        if item.default is MISSING
        and item.default_factory is MISSING
        and item.name != "id"
    ]
