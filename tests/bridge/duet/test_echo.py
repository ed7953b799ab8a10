"""Our own music coming back is dropped; a musician's is not."""

from bridge.duet.echo import Echo
from bridge.messages import TimedMessage, all_notes_off, control_change, note_off, note_on


def echo_of(*sent: tuple[float, bytes]) -> Echo:
    echo = Echo()
    echo.sent([TimedMessage(*one) for one in sent])
    return echo


def test_what_comes_back_in_a_moment_is_ours_and_its_release_too() -> None:
    echo = echo_of((1.0, note_on(0, 60, 90)), (1.5, note_off(0, 60)))
    assert echo.is_ours(1.012, note_on(0, 60, 90))
    assert echo.is_ours(1.51, note_off(0, 60))
    assert echo.dropped == 2


def test_the_channel_may_have_become_another() -> None:
    echo = echo_of((1.0, note_on(0, 60, 90)))
    assert echo.is_ours(1.0, note_on(3, 60, 90))
    assert not echo.is_ours(1.2, note_off(0, 60))
    assert echo.is_ours(1.2, note_off(3, 60))


def test_another_pitch_or_velocity_is_the_musician_s() -> None:
    echo = echo_of((1.0, note_on(0, 60, 90)))
    assert not echo.is_ours(1.0, note_on(0, 61, 90))
    assert not echo.is_ours(1.0, note_on(0, 60, 91))
    assert echo.dropped == 0


def test_what_comes_before_its_time_or_long_after_is_the_musician_s() -> None:
    echo = echo_of((1.0, note_on(0, 60, 90)))
    assert not echo.is_ours(0.9, note_on(0, 60, 90))
    assert not echo.is_ours(1.2, note_on(0, 60, 90))
    assert echo.is_ours(0.998, note_on(0, 60, 90))


def test_each_message_comes_back_once() -> None:
    echo = echo_of((1.0, note_on(0, 60, 90)), (1.05, note_on(0, 60, 90)))
    assert echo.is_ours(1.06, note_on(0, 60, 90))
    assert echo.is_ours(1.06, note_on(0, 60, 90))
    assert not echo.is_ours(1.06, note_on(0, 60, 90))


def test_the_release_of_a_musician_s_note_is_the_musician_s() -> None:
    echo = echo_of((1.0, note_on(0, 60, 90)))
    assert not echo.is_ours(1.3, note_off(0, 60))
    assert not echo.is_ours(1.3, note_on(0, 60, 0))


def test_two_echoes_of_one_key_take_two_releases() -> None:
    echo = echo_of((1.0, note_on(0, 60, 90)), (1.2, note_on(0, 60, 90)))
    assert echo.is_ours(1.01, note_on(0, 60, 90))
    assert echo.is_ours(1.21, note_on(0, 60, 90))
    releases = [echo.is_ours(1.3, note_off(0, 60)) for _ in range(3)]
    assert releases == [True, True, False]


def test_controllers_come_back_too_and_the_clock_is_nobody_s() -> None:
    echo = echo_of((1.0, control_change(0, 64, 127)), (1.0, all_notes_off(0)), (1.0, b"\xf8"))
    assert echo.is_ours(1.01, control_change(0, 64, 127))
    assert echo.is_ours(1.01, all_notes_off(0))
    assert not echo.is_ours(1.01, b"\xf8")


def test_what_was_taken_back_is_not_waited_for() -> None:
    echo = echo_of((1.0, note_on(0, 60, 90)), (2.0, note_on(0, 60, 90)))
    echo.taken_back(1.5)
    assert not echo.is_ours(2.0, note_on(0, 60, 90))
    assert echo.is_ours(1.0, note_on(0, 60, 90))


def test_without_a_loop_nothing_is_kept_for_long() -> None:
    echo = Echo()
    for second in range(1000):
        echo.sent([TimedMessage(float(second), note_on(0, 60, 90))])
    assert not echo.is_ours(900.0, note_on(0, 60, 90))
    assert echo.is_ours(999.0, note_on(0, 60, 90))


def test_an_echoing_port_leaves_the_musician_s_notes_between_ours() -> None:
    ours = [(0.25 * k, note_on(0, 48 + k % 5, 80)) for k in range(40)]
    theirs = [(0.25 * k + 0.1, note_on(0, 72 + k % 3, 100)) for k in range(40)]
    echo = echo_of(*ours)
    arriving = sorted([(at + 0.02, message) for at, message in ours] + theirs)
    assert [one for one in arriving if not echo.is_ours(*one)] == theirs


def test_a_release_that_was_lost_takes_no_release_of_the_musician_s() -> None:
    """A loop that was cut in the middle of a note would leave a key down in all prompts since."""
    echo = Echo()
    echo.sent([TimedMessage(1.0, note_on(0, 60, 80))])
    assert echo.is_ours(1.01, note_on(0, 60, 80))
    assert not echo.is_ours(600.0, note_on(0, 60, 99))
    assert not echo.is_ours(600.5, note_off(0, 60))
