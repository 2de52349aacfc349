"""M2: what a line of tools can make."""

import numpy as np
from hypothesis import given

from sim.mechanisms.wafers import class_capacity, immersion_tools_per_kwpm
from tests.strategies import amounts, each, per_draw


def test_34_exposures_a_wafer_at_75_thousand_a_month_take_half_a_scanner_per_thousand():
    np.testing.assert_allclose(
        immersion_tools_per_kwpm(each(34.0), each(75.0)), 0.4533, rtol=1e-3
    )


def test_ten_scanners_at_half_a_scanner_per_thousand_make_twenty_thousand_wafers():
    assert class_capacity(each(10.0), each(0.5)) == 20.0


@given(amounts(), amounts(), per_draw(0.1, 100.0))
def test_more_tools_never_make_less(tools, more, needed):
    assert np.all(class_capacity(tools + more, needed) >= class_capacity(tools, needed))


@given(per_draw(1.0, 50.0), per_draw(0.1, 50.0), per_draw(10.0, 150.0))
def test_more_passes_take_more_scanners(passes, more, per_tool):
    more_passes = immersion_tools_per_kwpm(passes + more, per_tool)
    assert np.all(more_passes > immersion_tools_per_kwpm(passes, per_tool))
