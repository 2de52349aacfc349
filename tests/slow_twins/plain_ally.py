"""An ally's decision once more, for one world at a time, with plain ifs."""

from math import exp, inf, log


def willingness(terms):
    whole = 0.0
    for term in terms.values():
        whole = whole + term
    return whole


def half_measure(terms, gain, cost, usual_coercion):
    """Coercion without its deadline is given only if there is a deadline."""
    half = {}
    for name, term in terms.items():
        if name == "leaning":
            half[name] = term
        elif name == "coercion" and usual_coercion is not None:
            half[name] = usual_coercion * gain
        elif term > 0.0:
            half[name] = term * gain
        else:
            half[name] = term * cost
    return half


def threshold(luck, rate):
    if luck >= rate:
        return inf
    if luck == 0.0:
        return -inf
    return log(luck / (rate - luck))


def coercion(felt, backstop, deadline, now, half_life):
    if deadline is None:
        return felt
    left = deadline - now
    left = max(left, 0)
    pressure = backstop * 2.0 ** (-left / half_life)
    if pressure > felt:
        return pressure
    return felt


def peers(others):
    """Others are pairs: whether each was asked, and whether it has agreed."""
    asked = agreed = 0
    for was_asked, has_agreed in others:
        if was_asked:
            asked = asked + 1
        if has_agreed:
            agreed = agreed + 1
    if asked == 0:
        return 0.0
    return agreed / asked


def answer(terms, half, needed, is_open, is_half_way, has_lapsed, is_joining):
    """Return what an ally does in a month: whole, part, refuse or nothing."""
    whole, part = willingness(terms), willingness(half)
    if is_open and is_joining and part > whole:
        if part >= needed:
            return "part"
        return "refuse" if has_lapsed else "wait"
    may_join = is_open or (is_half_way and not has_lapsed)
    if may_join and whole >= needed:
        return "whole"
    if is_open and has_lapsed:
        return "refuse"
    return "wait"


def stays(terms, exit_cost, needed, months_bound, rest):
    if months_bound < rest:
        return True
    reasons = -willingness(terms) - exit_cost
    return reasons < needed


def monthly_chance(willing, rate):
    return rate / (1.0 + exp(-willing))
