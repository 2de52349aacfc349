"""Tables that a test may break, and the line with which they are refused."""

import shutil

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

    def message() -> str:
        with pytest.raises(RecordsError) as refusal:
            load_records(data)
        text = str(refusal.value)
        assert "\n" not in text
        return text

    return message
