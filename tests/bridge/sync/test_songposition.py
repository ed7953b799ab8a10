"""How song positions tell whether their host counts rightly."""

from bridge.sync.songposition import SongPosition


def test_a_right_host_is_believed_at_once() -> None:
    position = SongPosition()
    assert position.ticks(20, counted=500) == 120
    assert position.ticks(24, counted=500) == 144
    assert position.ticks(480, counted=500) == 2880


def test_going_on_where_it_stopped_tells_the_wrong_host() -> None:
    position = SongPosition()
    assert position.ticks(240, counted=233) == 240
    assert position.is_sixfold
    assert position.ticks(480, counted=250) == 480


def test_going_on_where_it_stopped_tells_the_right_host() -> None:
    position = SongPosition()
    position.suspect()
    assert position.ticks(48, counted=281) == 288
    assert position.ticks(480, counted=300) == 2880


def test_multiples_of_24_again_and_again_are_no_chance() -> None:
    position = SongPosition()
    for value in (480, 960, 240, 1920):
        position.ticks(value, counted=100)
    assert position.is_sixfold
    assert position.ticks(50, counted=100) == 300  # no multiple: it was chance after all
    assert not position.is_sixfold


def test_the_beginning_tells_nothing() -> None:
    position = SongPosition()
    for _ in range(10):
        assert position.ticks(0, counted=1000) == 0
    assert not position.is_sixfold


def test_what_starts_like_ardour_and_says_ardours_number_is_believed_to_be_it() -> None:
    position = SongPosition()
    position.suspect()
    assert position.ticks(480, counted=2160) == 480  # measured: located to 10 s at 120
