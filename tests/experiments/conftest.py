"""What the tests of experiments share."""

from collections.abc import Iterator

import pytest

from tests.experiments import questions
from tests.worlds import unchecked


@pytest.fixture(autouse=True, scope="module")
def _quick() -> Iterator[None]:
    """Leave out the checks of types that other tests make of the same code."""
    assert questions
    with unchecked():
        yield


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """A folder in which results could be written; none are."""
    return tmp_path_factory.mktemp("outputs")
