"""What the domain can contain, for property tests."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

DRAWS = 3

FEW = 20
"""Examples for a property that is expensive to check."""


def each(*values):
    """Return numbers by draw."""
    return np.array(values, dtype=float)


def per_draw(low, high):
    """Return numbers by draw, between two bounds."""
    return hnp.arrays(float, DRAWS, elements=st.floats(low, high, width=64))


def amounts(most=1e6):
    """Return amounts of a good by draw: none, or a physical quantity."""
    return hnp.arrays(
        float, DRAWS, elements=st.just(0.0) | st.floats(1e-3, most, width=64)
    )


def shares():
    """Return shares by draw, the two ends among them."""
    return hnp.arrays(
        float, DRAWS, elements=st.sampled_from([0.0, 1.0]) | st.floats(1e-6, 1.0)
    )
