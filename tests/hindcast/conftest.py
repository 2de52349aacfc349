"""Histories that all patterns are looked for in."""

import pytest


@pytest.fixture(scope="package")
def all_histories(ensembles):
    """The record and the service ban, in three forms: 300 draws."""
    return ensembles.ban()


@pytest.fixture(scope="package")
def history(all_histories):
    """What happened under the law of record."""
    return all_histories["baseline"]
