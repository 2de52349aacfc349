"""M4. Accelerators whose memory is not the newest high-bandwidth memory."""

import numpy as np

from sim.domain.ensemble import PerDraw


def worth_kept(bandwidth_kept: PerDraw, weight: PerDraw) -> PerDraw:
    """Return the share of its worth that a die keeps with slower memory, in (0, 1].

    b^w, as for chips that are cut to meet a rule (M6).

    Args:
        bandwidth_kept: b, memory bandwidth over that with the newest memory, in (0, 1].
        weight: w, weight of bandwidth in the worth for training or for inference.
    """
    return bandwidth_kept**weight


def dies_for_other_memory(
    *,
    dies: PerDraw,
    packaging_left: PerDraw,
    still_ordered: PerDraw,
    packable_with_memory: PerDraw,
    months_kept: float,
) -> PerDraw:
    """Return dies that are packaged in a month with other memory.

    min(packaging left, ordered, [dies - months x packable with memory]+): dies that the
    newest memory in view can use in the months for which they are held wait for it.

    Args:
        dies: good dies in stock once the month's memory has been used.
        packaging_left: dies that could still be packaged this month.
        still_ordered: dies for the orders that what is finished does not fill.
        packable_with_memory: dies a month for which there is memory in view.
        months_kept: months of them that are kept.
    """
    waiting = months_kept * packable_with_memory
    wanted = np.minimum(packaging_left, still_ordered)
    return np.minimum(wanted, np.maximum(dies - waiting, 0.0))
