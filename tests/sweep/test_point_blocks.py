"""Cutting a sweep into blocks: all that is wanted, once, and in few blocks."""

from hypothesis import given
from hypothesis import strategies as st

from sim.domain.ensemble import Draws
from sim.tasks.sweep.point_blocks import (
    MOST_COLUMNS,
    Block,
    MissingDraws,
    block_width,
    divide_into_blocks,
)

runs = st.builds(Draws, st.integers(1, 30), st.integers(0, 60))


def want(key: str, draws: Draws, family: str = "a", order: tuple[str, ...] = ()):
    return MissingDraws(key, family, order, draws)


def cells(blocks: list[Block]) -> list[tuple[str, int]]:
    return [(key, k) for one in blocks for key in one.keys for k in one.draws.numbers]


@given(
    points=st.dictionaries(
        st.integers(0, 40), st.tuples(runs, st.sampled_from("ab")), max_size=20
    ),
    columns=st.integers(1, 50),
)
def test_blocks_hold_every_draw_of_every_point_once(points, columns):
    wanted = [want(str(n), draws, family) for n, (draws, family) in points.items()]
    blocks = divide_into_blocks(wanted, columns)
    asked = [(one.key, k) for one in wanted for k in one.draws.numbers]
    assert sorted(cells(blocks)) == sorted(asked)
    assert all(block.columns <= columns for block in blocks)
    kind = {one.key: one.family for one in wanted}
    assert all(len({kind[key] for key in block.keys}) == 1 for block in blocks)


def test_a_point_that_is_needed_twice_is_run_once():
    twice = [want("x", Draws(3)), want("x", Draws(3))]
    assert divide_into_blocks(twice, 100) == [Block(("x",), Draws(3))]


def test_points_of_like_order_stand_in_one_block():
    wanted = [
        want(f"{law}{n}", Draws(1), order=(law,)) for n in range(2) for law in "ba"
    ]
    first, second = divide_into_blocks(wanted, 2)
    assert first.keys == ("a0", "a1")
    assert second.keys == ("b0", "b1")


def test_the_name_of_a_block_says_what_it_holds():
    one = Block(("x", "y"), Draws(3))
    assert one.id == Block(("x", "y"), Draws(3)).id
    assert one.id != Block(("x", "y"), Draws(3, 1)).id
    assert one.id != Block(("x",), Draws(3)).id


@given(total=st.integers(0, 10**6), workers=st.integers(1, 16))
def test_workers_get_equal_parts_in_blocks_of_bounded_size(total, workers):
    columns = block_width(total, workers, None)
    assert 1 <= columns <= MOST_COLUMNS
    rounds = -(-total // (columns * workers))
    assert rounds <= -(-total // (MOST_COLUMNS * workers))


def test_the_size_asked_for_is_never_exceeded():
    assert block_width(10_000, 2, 7) == 7
    assert block_width(6, 2, None) == 64
