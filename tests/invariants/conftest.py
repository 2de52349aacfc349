"""The laws under which invariants must hold, the two that differ most first."""

import pytest


@pytest.fixture(params=["baseline", "service_ban"], scope="module")
def law(request, law_of):
    """The law of a scenario."""
    return law_of(request.param)
