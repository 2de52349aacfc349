"""Measures of firms: sales, value, write-offs and what governments take."""

from sim.outcomes import readings as read
from sim.outcomes.measure import Measure

FIRMS: tuple[Measure, ...] = (
    Measure(
        "revenue",
        "USD million",
        "Revenue",
        "Of foreign designers and tool makers in the month.",
        "flow",
        read.of_firms("revenue"),
    ),
    Measure(
        "china_revenue",
        "USD million",
        "Revenue from China",
        "Of foreign designers, tool makers and (HBM only) memory makers in the month.",
        "flow",
        read.of_firms("china_revenue"),
        headline=True,
    ),
    Measure(
        "china_system_sales",
        "USD million",
        "System sales to China",
        "Of tool makers in the month, service left out.",
        "flow",
        read.of_firms("china_sales"),
    ),
    Measure(
        "china_share",
        "share",
        "China's share of revenue",
        "Of foreign designers (by billing) and tool makers.",
        "level",
        read.china_share,
    ),
    Measure(
        "service_revenue",
        "USD million",
        "Service revenue in China",
        "Of tool makers in the month.",
        "flow",
        read.of_firms("china_service"),
    ),
    Measure(
        "domestic_revenue",
        "USD million",
        "Revenue of Chinese designers and tool makers",
        "From accelerators and tools sold at home in the month.",
        "flow",
        read.domestic_revenue,
    ),
    Measure(
        "firm_value",
        "USD million",
        "Value of the firm",
        "Revenue of the last twelve months at a fixed multiple of sales; what news, "
        "expectations and chance do to prices is in share_price.",
        "level",
        read.of_shares("value"),
        headline=True,
    ),
    Measure(
        "news_return",
        "share",
        "What the month's news did to the share",
        "Return of a listed firm on all news of the month, of law and of AI demand, "
        "from the revenue that it puts at risk; 0 in a month without news.",
        "level",
        read.of_shares("news_return"),
    ),
    Measure(
        "share_price",
        "January 2022 = 100",
        "Price of the share",
        "Value of the firm, less what its sales are expected to lose to coming law, "
        "with the revaluation of AI demand and the wandering of an ordinary share: an "
        "index by draw.",
        "level",
        read.of_shares("price"),
    ),
    Measure(
        "written_off",
        "USD million",
        "Written off",
        "China-only chips in stock and on order when their market closed.",
        "flow",
        read.of_firms("written_off"),
    ),
    Measure(
        "government_take",
        "USD million",
        "Government's take of chip sales to China",
        "Revenue share or duty, by designer.",
        "flow",
        read.of_firms("government_take"),
    ),
    Measure(
        "lobbying",
        "USD million",
        "Lobbying in the United States",
        "Of chip designers, answering China revenue lost.",
        "flow",
        read.of_firms("lobbying"),
    ),
)
