"""Measures: all that is reported of a month, in one list."""

from sim.outcomes.measures.chip_sales import CHIP_MEASURES
from sim.outcomes.measures.compute import COMPUTE_MEASURES
from sim.outcomes.measures.fabs import FAB_MEASURES
from sim.outcomes.measures.firms import FIRM_MEASURES
from sim.outcomes.measures.governments import GOVERNMENT_MEASURES
from sim.outcomes.measures.measure import Measure

MEASURES: tuple[Measure, ...] = (
    *COMPUTE_MEASURES,
    *CHIP_MEASURES,
    *FAB_MEASURES,
    *FIRM_MEASURES,
    *GOVERNMENT_MEASURES,
)
"""What can be recorded, in the order of tables and pages."""

QUANTITIES = {measure.name: measure.quantity for measure in MEASURES}
"""What each measure means, by name."""
