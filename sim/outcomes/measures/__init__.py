"""Measures: all that is reported of a month, in one list."""

from sim.outcomes.measure import Measure
from sim.outcomes.measures.chips import CHIPS
from sim.outcomes.measures.compute import COMPUTE
from sim.outcomes.measures.fabs import FABS
from sim.outcomes.measures.firms import FIRMS
from sim.outcomes.measures.governments import GOVERNMENTS

MEASURES: tuple[Measure, ...] = (*COMPUTE, *CHIPS, *FABS, *FIRMS, *GOVERNMENTS)
"""What can be recorded, in the order of tables and pages."""
