"""Tables that a test may break, and the line with which they are refused."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.domain.errors import RecordsError
from sim.records.data_folder import SHIPPED, load_records


@pytest.fixture
def data(tmp_path):
    """A copy of the shipped tables that a test may break."""
    return shutil.copytree(SHIPPED, tmp_path / "data")


@pytest.fixture
def refused(data):
    """Load the broken copy; return the one line with which it is refused."""
    return lambda: refusal(load_records, data)


def refusal(load: Callable[[Path], object], folder: Path) -> str:
    """Load a folder that must be refused; return the one line with which it is."""
    with pytest.raises(RecordsError) as refused:
        load(folder)
    text = str(refused.value)
    assert "\n" not in text
    return text
