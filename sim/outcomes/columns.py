"""Columns: months and repeated texts, as tables of files hold them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from sim.domain.months import Month

MONTH = pa.timestamp("ms")


def first_days(months: Sequence[Month]) -> np.ndarray:
    """Return the first day of each month as numpy dates (milliseconds)."""
    return np.array([month.first_day for month in months], dtype="datetime64[ms]")


def text_column(
    texts: Sequence[str],
    times: int | Sequence[int] | np.ndarray,
    known: Sequence[str] = (),
) -> pa.DictionaryArray:
    """Return texts, each repeated some number of times, as a dictionary column.

    Args:
        texts: the texts.
        times: how many times each is repeated.
        known: the texts in the order of their codes; by default sorted.
    """
    known = known or sorted(set(texts))
    code = {text: index for index, text in enumerate(known)}
    codes = np.array([code[text] for text in texts], dtype=np.int32)
    return codes_column(np.repeat(codes, times), known)


def codes_column(codes: np.ndarray, known: Sequence[str]) -> pa.DictionaryArray:
    """Return the texts that codes stand for as a dictionary column."""
    return pa.DictionaryArray.from_arrays(codes, pa.array(known, type=pa.string()))
