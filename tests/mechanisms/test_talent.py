"""M12: who is let go, who stays, who comes home, and how fast work goes."""

import numpy as np
from hypothesis import given

from sim.mechanisms.talent import (
    called_back,
    hired_away,
    hired_locally,
    intake,
    let_go,
    local_cover,
    recalled,
    returned,
    speed,
)
from tests.strategies import amounts, each, per_draw, shares

# --- vendors --------------------------------------------------------------------------


def test_a_vendor_with_posts_for_all_lets_nobody_go():
    assert let_go(each(90.0), each(100.0), each(12.0)) == 0.0


def test_those_without_a_post_go_a_twelfth_a_month():
    assert let_go(each(100.0), each(40.0), each(12.0)) == 5.0


@given(amounts(), amounts(), per_draw(1.0, 36.0))
def test_no_more_are_let_go_than_have_no_post(staff, posts, months):
    gone = let_go(staff, posts, months)
    assert np.all((gone >= 0.0) & (gone <= np.maximum(staff - posts, 0.0)))


def test_expatriates_go_home_and_some_of_the_others_stay():
    """Of 100 who leave 10 are expatriates; half of the other 90 are hired."""
    assert hired_locally(each(100.0), each(0.1), each(0.5)) == 45.0


def test_fabs_fill_a_part_of_the_empty_posts_in_a_year():
    """Of 80 posts lost 20 are filled; 0.2 of the other 60 in a year is one a month."""
    away = hired_away(
        lost=each(80.0), filled=each(20.0), yearly=each(0.2), staff=each(500.0)
    )
    np.testing.assert_allclose(away, 1.0)


@given(amounts(), amounts(), shares(), amounts())
def test_fabs_hire_no_more_than_there_are_nor_than_they_need(lost, filled, k, staff):
    away = hired_away(lost=lost, filled=filled, yearly=k, staff=staff)
    assert np.all(away >= 0.0)
    assert np.all(away <= staff)
    assert np.all(away <= np.maximum(lost - filled, 0.0))


def test_half_of_those_freed_return_where_half_of_the_denial_is_lifted():
    assert called_back(each(30.0), each(0.2), each(0.4)) == 15.0


def test_nobody_returns_while_law_stays_or_tightens():
    back = called_back(each(30.0, 30.0, 30.0), each(0.4, 0.5, 0.0), each(0.4, 0.4, 0.0))
    np.testing.assert_array_equal(back, 0.0)


@given(amounts(), shares(), shares())
def test_no_more_are_called_back_than_were_freed(freed, denied, before):
    back = called_back(freed, denied, before)
    assert np.all((back >= 0.0) & (back <= freed))


def test_freed_engineers_count_in_the_fabs_that_lost_them():
    """20 settled over 100 posts are 0.2; 9 freed for 30 lost posts are 0.3 besides."""
    cover = local_cover(
        settled=each(20.0), freed=each(9.0), posts=each(100.0), lost=each(30.0)
    )
    np.testing.assert_allclose(cover, 0.5)


def test_where_nothing_is_lost_only_settled_engineers_count():
    cover = local_cover(
        settled=each(20.0), freed=each(9.0), posts=each(100.0), lost=each(0.0)
    )
    np.testing.assert_allclose(cover, 0.2)


# --- trades ---------------------------------------------------------------------------


def test_graduates_fill_what_is_usual_and_make_up_for_losses():
    joined = intake(
        usual_intake=each(10.0, 10.0, 10.0),
        stock=each(100.0, 76.0, 120.0),
        usual=each(100.0, 100.0, 100.0),
        months=each(24.0, 24.0, 24.0),
    )
    np.testing.assert_array_equal(joined, each(10.0, 11.0, 10.0))


def test_foreign_persons_are_called_home_once():
    """A law that stops 0.6 of the work takes 0.6 of the hundredth who are foreign."""
    stock, foreign = each(1000.0), each(0.01)
    first = recalled(stock, foreign, each(0.6), each(0.0))
    np.testing.assert_allclose(first, 6.0)
    assert recalled(stock, foreign, each(0.6), each(0.6)) == 0.0
    assert recalled(stock, foreign, each(0.3), each(0.6)) == 0.0


@given(amounts(), shares(), shares(), shares())
def test_no_more_are_called_home_than_are_foreign(stock, foreign, bite, hardest):
    gone = recalled(stock, foreign, bite, hardest)
    assert np.all((gone >= 0.0) & (gone <= stock * foreign))


def test_a_restrictive_law_brings_people_home():
    """Of 1 200 abroad 3 % a year come besides: three a month, none without such law."""
    home = returned(each(1200.0, 1200.0), each(0.03, 0.03), each(1.0, 0.0))
    np.testing.assert_allclose(home, each(3.0, 0.0))


# --- speeds ---------------------------------------------------------------------------


def test_usual_people_work_at_the_usual_speed():
    assert speed(each(123.4), each(123.4), each(0.7)) == 1.0


def test_four_times_the_people_are_twice_as_fast_at_an_elasticity_of_a_half():
    np.testing.assert_allclose(speed(each(40.0), each(10.0), each(0.5)), 2.0)


def test_half_a_person_is_usual_where_half_a_person_is_expected():
    np.testing.assert_allclose(speed(each(0.125), each(0.5), each(0.5)), 0.5)


def test_where_nobody_is_usual_the_speed_is_the_usual_one():
    assert speed(each(5.0), each(0.0), each(0.5)) == 1.0


@given(per_draw(1.0, 1e5), per_draw(1.0, 4.0), per_draw(1.0, 1e5), per_draw(0.1, 1.0))
def test_more_people_are_never_slower_and_gain_less_than_in_proportion(
    stock, times, usual, elasticity
):
    few = speed(stock, usual, elasticity)
    many = speed(stock * times, usual, elasticity)
    assert np.all(many >= few * (1.0 - 1e-12))
    assert np.all(many <= few * times * (1.0 + 1e-12))
