"""Narrowest strips beside what trying many slopes finds."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.sync.strip import Hull, Point, Strip, longest_suffix

heights = st.lists(st.integers(-1000, 1000), min_size=2, max_size=30)


def points_of(values: list[int]) -> list[Point]:
    return [(index, value / 100) for index, value in enumerate(values)]


def width_at(points: list[Point], slope: float) -> float:
    rest = [value - slope * index for index, value in points]
    return max(rest) - min(rest)


@given(heights)
def test_a_strip_holds_all_points(values: list[int]) -> None:
    points = points_of(values)
    strip = Hull(points).narrowest()
    for index, value in points:
        assert abs(value - strip.at(index)) <= strip.width / 2 + 1e-6


@given(heights)
def test_no_slope_between_two_points_gives_a_narrower_one(values: list[int]) -> None:
    points = points_of(values)
    narrowest = Hull(points).narrowest().width
    for i, a in points:
        for j, b in points[i + 1 :]:
            assert narrowest <= width_at(points, (b - a) / (j - i)) + 1e-6


@given(heights)
def test_the_slopes_within_a_width_end_where_the_width_does(values: list[int]) -> None:
    points = points_of(values)
    hull = Hull(points)
    best = hull.narrowest()
    least, greatest = hull.slopes_within(best.width + 1.0, best)
    assert least <= best.slope <= greatest
    for slope in (least, greatest):
        assert abs(width_at(points, slope) - best.width - 1.0) < 1e-6


def test_a_straight_line_has_no_width() -> None:
    strip = Hull([(k, 3.0 + 0.25 * k) for k in range(50)]).narrowest()
    assert strip == Strip(0.25, 3.0, 0.0)


def test_the_longest_suffix_begins_where_the_line_bends() -> None:
    points = [(k, 1.0 * k) for k in range(20)] + [(k, 20 + 2.0 * (k - 20)) for k in range(20, 50)]
    assert longest_suffix(points, 0.01, 2) == 30
    assert longest_suffix(points, 1000.0, 2) == 50
    assert longest_suffix([(0, 0.0), (1, 5.0), (2, 0.0)], 0.1, 3) == 3
