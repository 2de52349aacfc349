"""Firms: sales, value, write-offs and what governments take."""

from functools import partial

from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.investors import Investors
from sim.agents.suppliers import MemoryMaker
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker
from sim.domain.ensemble import PerDraw, share
from sim.outcomes.measures.measure import Measure, attribute
from sim.world import World

_FOREIGN_FIRMS = (Designer, Toolmaker, MemoryMaker)


def china_share(world: World) -> dict[str, PerDraw]:
    """Read China's share of every foreign firm's revenue."""
    firms = [*world.actors(Designer), *world.actors(Toolmaker)]
    return {
        firm.name: share(
            world.per_draw(firm.china_revenue), world.per_draw(firm.revenue)
        )
        for firm in firms
    }


def listed_firms(attribute: str, world: World) -> dict[str, PerDraw]:
    """Read an attribute of every listed firm, as investors hold it."""
    [investors] = world.actors(Investors)
    return dict(getattr(investors, attribute))


def domestic_revenue(world: World) -> dict[str, PerDraw]:
    """Read revenue of Chinese designers and tool makers at home."""
    chips = {x.name: x.revenue for x in world.actors(DomesticDesigner)}
    tools = {x.name: x.china_sales for x in world.actors(DomesticToolmaker)}
    return {**chips, **tools}


FIRM_MEASURES: tuple[Measure, ...] = (
    Measure(
        "revenue",
        "USD million",
        "Revenue",
        "Of foreign designers and tool makers in the month.",
        "flow",
        read=attribute("revenue", *_FOREIGN_FIRMS),
    ),
    Measure(
        "china_revenue",
        "USD million",
        "Revenue from China",
        "Of foreign designers, tool makers and (HBM only) memory makers in the month.",
        "flow",
        read=attribute("china_revenue", *_FOREIGN_FIRMS),
        headline=True,
    ),
    Measure(
        "china_system_sales",
        "USD million",
        "System sales to China",
        "Of tool makers in the month, service left out.",
        "flow",
        read=attribute("china_sales", *_FOREIGN_FIRMS),
    ),
    Measure(
        "china_share",
        "share",
        "China's share of revenue",
        "Of foreign designers (by billing) and tool makers.",
        "level",
        read=china_share,
    ),
    Measure(
        "service_revenue",
        "USD million",
        "Service revenue in China",
        "Of tool makers in the month.",
        "flow",
        read=attribute("china_service", *_FOREIGN_FIRMS),
    ),
    Measure(
        "domestic_revenue",
        "USD million",
        "Revenue of Chinese designers and tool makers",
        "From accelerators and tools sold at home in the month.",
        "flow",
        read=domestic_revenue,
    ),
    Measure(
        "firm_value",
        "USD million",
        "Value of the firm",
        "Revenue of the last twelve months at a fixed multiple of sales; what news, "
        "expectations and chance do to prices is in share_price.",
        "level",
        read=partial(listed_firms, "value"),
        headline=True,
        short="Firm value",
    ),
    Measure(
        "news_return",
        "share",
        "What the month's news did to the share",
        "Return of a listed firm on all news of the month, of law and of AI demand, "
        "from the revenue that it puts at risk; 0 in a month without news.",
        "level",
        read=partial(listed_firms, "news_return"),
    ),
    Measure(
        "share_price",
        "January 2022 = 100",
        "Price of the share",
        "Value of the firm, less what its sales are expected to lose to coming law, "
        "with the revaluation of AI demand and the wandering of an ordinary share: an "
        "index by draw.",
        "level",
        read=partial(listed_firms, "price"),
    ),
    Measure(
        "written_off",
        "USD million",
        "Written off",
        "China-only chips in stock and on order when their market closed.",
        "flow",
        read=attribute("written_off", *_FOREIGN_FIRMS),
    ),
    Measure(
        "government_take",
        "USD million",
        "Government's take of chip sales to China",
        "Revenue share or duty, by designer.",
        "flow",
        read=attribute("government_take", *_FOREIGN_FIRMS),
    ),
    Measure(
        "lobbying",
        "USD million",
        "Lobbying in the United States",
        "Of chip designers, answering China revenue lost.",
        "flow",
        read=attribute("lobbying", *_FOREIGN_FIRMS),
    ),
)
