"""The hindcast shown: fans, charts, the scoreboard on a screen and on a page."""

from sim.presentation.hindcast.scoreboard_report import print_hindcast
from sim.presentation.hindcast.study_files import draw_hindcast, hindcast_tables

__all__ = ["draw_hindcast", "hindcast_tables", "print_hindcast"]
