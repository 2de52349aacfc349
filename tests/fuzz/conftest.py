"""Where inputs are tried, without the checks of types that other tests make."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.desk import desk
from tests.worlds import unchecked


@pytest.fixture(scope="module")
def here() -> Iterator[Path]:
    """An empty folder, in which inputs are written."""
    with unchecked(), desk() as folder:
        yield folder
