"""Values that are good, and values that are surely wrong, for a setting or a field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from sim.domain.switches import MECHANISMS
from sim.records.assumptions import Assumption
from tests.fuzz.desk import shipped_records

ARABIC = "٠١٢٣٤٥٦٧٨٩"
FULL_WIDTH = "０１２３４５６７８９"


def in_digits(text: str, digits: str) -> str:
    """Return text with its digits replaced by those of another script."""
    return "".join(digits[int(sign)] if sign.isdecimal() else sign for sign in text)


@dataclass(frozen=True)
class Values:
    """What may be written somewhere.

    Attributes:
        good: strategy of texts that are right.
        wrong: texts that are surely wrong, as they are written.
    """

    good: st.SearchStrategy[str]
    wrong: Sequence[str]


LARGE = "1" + "0" * 400
MANY_DIGITS = "1" + "0" * 5_000
"""More than Python reads."""

NO_NUMBERS = ("true", "false", "null", "five", "''", "[]", "[1]", "{a: 1}", "nan")
FOREIGN_DIGITS = (in_digits("12", ARABIC), in_digits("12", FULL_WIDTH), "²")
GROUPED = ("1_0", "1_000", "+1_0", "-1_0")


def whole(least: int, most: int, *, null: bool = False) -> Values:
    """Return whole numbers from `least` to `most`."""
    numbers = st.integers(least, most) | st.sampled_from([least, most])
    wrong = [
        *(word for word in NO_NUMBERS if not (null and word == "null")),
        *FOREIGN_DIGITS,
        *GROUPED,
        *("1e3", "5.0", "5.5", "'5'", '"5"', "inf", "-inf", "-1", "-0.0"),
        *("0x10", "0b11", "0o17", "007", "1:30", "5 5", "5%", "1,2", MANY_DIGITS),
    ]
    if least > 0:
        wrong.append(str(least - 1))
    if most < 10**9:
        wrong += [str(most + 1), LARGE]
    good = numbers.map(str)
    return Values(good | st.just("null") if null else good, wrong)


def switches() -> Values:
    """Return what is on or off."""
    good = st.sampled_from(["true", "false", "on", "off", "yes", "no", "True", "FALSE"])
    wrong = ("1", "0", "1.0", "y", "n", "t", "'t'", "null", "maybe", "''", "[true]")
    return Values(good, (*wrong, "2", "-1", "{a: true}", "nan", "true,false"))


def months(first: int, last: int, *, null: bool = False) -> Values:
    """Return months of some years."""
    good = st.builds(
        "{}{}-{:02}{}".format,
        st.sampled_from(["", "'"]),
        st.integers(first, last),
        st.integers(1, 12),
        st.just(""),
    ).map(lambda text: f"{text}'" if text.startswith("'") else text)
    wrong = [
        *("2025-13", "2025-00", "25-01", "2025-1", "2025/01", "2025-01-32"),
        *("2025-02-30", "2025", "2025.5", "true", "''", "[2025-01]", "0000-01"),
        *("2025-01-01T00:00", "12025-01", "-2025-01", "Jan 2025", "nan", "x" * 50),
        *(in_digits("2025-01", ARABIC), f"'{in_digits('2025-01', FULL_WIDTH)}'"),
        *("1999-12", "2021-12", "0001-01", "2100-12", "9999-12"),
    ]
    return Values(good, wrong if null else [*wrong, "null"])


def words(known: Sequence[str], *wrong: str) -> Values:
    """Return words of a list."""
    good = st.sampled_from(list(known))
    return Values(good, (*wrong, "''", "null", "5", "true", "no_such_word", "[]"))


def misspelt(word: str) -> st.SearchStrategy[str]:
    """Return a word with a letter left out or doubled."""
    places = st.integers(0, len(word) - 1)
    return places.map(lambda k: word[:k] + word[k + 1 :]) | places.map(
        lambda k: word[: k + 1] + word[k:]
    )


def assumptions() -> dict[str, Assumption]:
    """Return the assumptions by name."""
    return {row.name: row for row in shipped_records().assumptions}


def assumed(row: Assumption) -> Values:
    """Return values of an assumption."""
    good = st.floats(row.low, row.high, allow_nan=False).map(repr)
    wrong: list[str] = [
        *NO_NUMBERS,
        *FOREIGN_DIGITS,
        *GROUPED,
        *(
            "'0.3'",
            "inf",
            "-inf",
            "1e400",
            "0.3_1",
            "0x10",
            "50%",
            "0.1,0.2",
            MANY_DIGITS,
        ),
    ]
    least, greatest = row.bounds
    if least == 0.0:
        wrong += ["-0.1", "-1e-300"]
    if greatest == 1.0:
        wrong += ["1.1", "1.0000001"]
    if row.scale == "log":
        wrong += ["0", "0.0"]
    return Values(good, wrong)


ASSUMPTION_NAMES = st.deferred(lambda: st.sampled_from(sorted(assumptions())))
MECHANISM_NAMES = st.sampled_from(MECHANISMS)


def pick(draw: Any, options: Sequence[Any]) -> Any:
    """Draw one of some options."""
    return draw(st.sampled_from(list(options)))
