"""The rules once more, for one world at a time, with plain ifs and plain numbers."""

from math import exp, log


def fill_rate(orders, output):
    wanted = sum(orders)
    if wanted > output:
        return output / wanted
    return 1.0


def within_quota(shipment, size, left):
    if size == 0.0:
        return shipment
    if left <= 0.0:
        return 0.0
    if shipment * size <= left:
        return shipment
    return left / size


def domestic_share(
    base_share, quality, base_quality, response, fear, fear_response, mandate
):
    if base_quality > 0.0:
        ratio = quality / base_quality
    else:
        ratio = quality
    chosen = base_share * ratio**response * (1.0 + fear_response * fear)
    chosen = max(chosen, mandate * quality)
    if chosen > quality:
        return quality
    return chosen


def decayed(level, unserved, slow, fast, spares, grey, own):
    if spares > 0.0:
        rate = slow
    else:
        rate = fast
    return level * exp(-rate * unserved * (1.0 - grey) * (1.0 - own))


def orders(usual, need, in_hand, stock, months):
    placed = usual + (need + stock - in_hand) / months
    if placed < 0.0:
        return 0.0
    return placed


def moved_on(stages, rate, entering, released):
    after = []
    coming = entering
    for now in stages[:-1]:
        after.append(now - now * rate + coming)
        coming = now * rate
    after.append(stages[-1] - released + coming)
    return after


def order_book(orders, filled, months, stages, flow):
    """Return what is shipped month by month, and what is left in each stage."""
    rate = stages / months if months > stages else 1.0
    book = [flow / rate for _ in range(stages)]
    shipped = []
    for ordered, part in zip(orders, filled, strict=True):
        shipped.append(book[-1] * rate * part)
        book = moved_on(book, rate, ordered, shipped[-1])
    return shipped + book


def licence_book(months, mean_months, validity):
    """Return what leaves month by month, and what waits and is held in the end.

    A month is its orders, the share that needs a licence, and of all the share that may
    leave with one.
    """
    rate = 1.0 / mean_months if mean_months > 1.0 else 1.0
    waiting = held = granted_before = 0.0
    left = []
    for orders, needs, licensable in months:
        held = held - held / validity
        if needs == 0.0:
            waiting = 0.0
        decided = waiting * rate
        waiting = waiting - decided
        if needs > 0.0:
            held = held + decided * licensable / needs
        out = min(licensable * orders, held)
        if licensable > 0.0 and granted_before == 0.0:
            waiting = waiting + needs * orders
        elif licensable > 0.0 and orders > 0.0:
            covered = min((held - out) / (licensable * orders), 1.0)
            waiting = waiting + needs * orders * (1.0 - covered)
        held = held - out
        left.append((1.0 - needs) * orders + out)
        granted_before = licensable
    return [*left, waiting, held]


def choice_shares(attractions, reach, sensitivity):
    weights = []
    for attraction, open_ in zip(attractions, reach, strict=True):
        if open_ == 0.0:
            weights.append(0.0)
        else:
            weights.append(open_ * exp(sensitivity * (attraction - max(attractions))))
    whole = sum(weights)
    if whole == 0.0:
        return [0.0 for _ in weights]
    return [weight / whole for weight in weights]


def packages(dies, stacks, per_die, per_stack, packed):
    by_logic = dies * packed / per_die
    by_memory = stacks / per_stack
    if by_logic < by_memory:
        return by_logic
    return by_memory


def ramp(months, half_way):
    if months <= 0.0:
        return 0.0
    return 1.0 - 0.5 ** (months / half_way)


def frontier_lag(frontier, laboratory, growth):
    return (log(frontier) - log(laboratory)) / growth


def induced_efficiency(now, gap, elasticity, months):
    if gap > 0.0:
        target = elasticity * gap
    else:
        target = 0.0
    return now + (target - now) / months


def released_gap(former, gap, growth, released):
    if released and gap < former + growth:
        return gap
    return former + growth


def constrained_growth(wished, supply, slack):
    if wished <= supply + slack:
        return wished
    return supply + slack


def write_off(inventory, before, now):
    if before == 0.0 or now >= before:
        return 0.0
    return inventory * (before - now) / before


def seizure_probability(base, officers, budget, verified, power, most):
    stopped = base * (officers * budget) ** 0.5
    stopped = min(stopped, most)
    stopped = stopped + (1.0 - stopped) * verified * power
    if stopped > most:
        return most
    return stopped


def diverted(capacity, premium, elasticity, hidden):
    bought = capacity * premium**elasticity
    if bought > hidden:
        return hidden
    return bought


def has_occurred(hazard, luck):
    return 1.0 - exp(-hazard) >= luck


def is_caught(chip, tests):
    for test in tests:
        caught = True
        for attribute, limit in test.items():
            if chip[attribute] < limit:
                caught = False
        if caught:
            return True
    return False


def let_go(staff, posts, months):
    if staff <= posts:
        return 0.0
    return (staff - posts) / months


def hired_away(lost, filled, yearly, staff):
    if filled >= lost:
        return 0.0
    wanted = (lost - filled) * yearly / 12.0
    if wanted > staff:
        return staff
    return wanted


def called_back(freed, denied, before):
    if denied >= before:
        return 0.0
    return freed * (before - denied) / before


def recalled(stock, foreign, bite, hardest):
    if bite <= hardest:
        return 0.0
    return stock * foreign * (bite - hardest)


def speed(stock, usual, elasticity):
    if usual <= 0.0:
        return 1.0
    return (stock / usual) ** elasticity


def share(part, whole):
    if whole > 0.0:
        return part / whole
    return 0.0


def training_value(tpp, links, reference_tpp, reference_links, weight):
    worth = tpp / reference_tpp
    if links < reference_links:
        worth = worth * (links / reference_links) ** weight
    return worth
