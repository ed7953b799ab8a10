"""A follower of MIDI clock beside hosts that know where they are."""

import pytest

from bridge.sync.clock import ClockFollower
from bridge.sync.hosttime import HostLoop
from tests.bridge.sync.host import RATE, Host, clumps, frames, noise

FRAME = 1 / RATE
TEMPOS = (60.0, 97.5, 120.0, 123.456, 137.0, 174.0)


def exact(bpm: float = 120.0) -> Host:
    return Host(ClockFollower(RATE), frames, bpm)


def test_before_anything_is_heard_there_is_no_host() -> None:
    follower = ClockFollower(RATE)
    assert follower.host(1.0) is None
    follower.feed(1.0, b"\x90\x40\x40")
    assert follower.host(1.0) is None


def test_after_one_tick_the_position_is_known_and_the_tempo_is_not() -> None:
    host = exact()
    host.start()
    host.send(b"\xf8")
    told = host.told()
    assert (told.rolling, told.beat, told.lock) == (False, 0.0, "none")


@pytest.mark.parametrize("bpm", TEMPOS)
def test_exact_stamps_lock_within_a_beat_to_less_than_two_frames(bpm: float) -> None:
    host = exact(bpm)
    host.start()
    host.ticks(24)
    assert (host.told().rolling, host.told().lock) == (True, "locked")
    for _ in range(100):
        host.ticks(5)
        assert abs(host.error_s()) < 2 * FRAME
        assert abs(host.error_s(ahead_s=0.4)) < 2 * FRAME
        assert abs(host.told().bpm / bpm - 1) < 0.0005


@pytest.mark.parametrize("bpm", TEMPOS)
@pytest.mark.parametrize("period", [256, 1024])
def test_clumped_stamps_are_followed_to_less_than_a_millisecond(bpm: float, period: int) -> None:
    late = -period / RATE / 2 + 0.0001
    host = Host(ClockFollower(), clumps(period), bpm)
    host.start()
    host.ticks(192)
    assert host.told().lock == "locked"
    for _ in range(100):
        host.ticks(5)
        assert abs(host.error_s() + late) < 0.001
        assert abs(host.told().bpm / bpm - 1) < 0.0005


@pytest.mark.parametrize("bpm", TEMPOS)
def test_noisy_stamps_with_strays_are_followed_to_less_than_a_millisecond(bpm: float) -> None:
    host = Host(ClockFollower(), noise(), bpm)
    host.start()
    host.ticks(120)
    assert host.told().lock == "locked"
    for _ in range(100):
        host.ticks(5)
        assert abs(host.error_s() + 0.0005) < 0.001
        assert abs(host.told().bpm / bpm - 1) < 0.0005


def test_clumps_that_look_like_a_perfect_clock_are_not_believed() -> None:
    host = Host(ClockFollower(), clumps(1024), bpm=117.1875)
    host.start()
    host.ticks(150)
    assert host.told().lock == "locking"


def test_a_tempo_change_in_the_middle_of_a_bar_is_followed_within_three_ticks() -> None:
    host = exact()
    host.start()
    host.ticks(24 * 4 + 11)
    jump = host.told().jump
    for bpm in (137.0, 80.0, 120.5):
        host.bpm = bpm
        host.ticks(4)
        assert abs(host.error_s()) < 3 * FRAME
        host.ticks(20)
        assert host.told().lock == "locked"
        assert abs(host.error_s(ahead_s=0.4)) < 2 * FRAME
    assert host.told().jump == jump


def test_a_tempo_change_shows_through_clumped_stamps() -> None:
    host = Host(ClockFollower(), clumps(256), bpm=120.0)
    host.start()
    host.ticks(200)
    host.bpm = 100.0
    host.ticks(150)
    assert abs(host.told().bpm - 100.0) < 0.05
    assert abs(host.error_s() - 128 / RATE) < 0.001


def test_a_slow_change_of_tempo_is_followed_all_the_way() -> None:
    host = exact(100.0)
    host.start()
    host.ticks(48)
    worst = 0.0
    for _ in range(24 * 16):
        host.bpm += 0.1
        host.ticks(1)
        worst = max(worst, abs(host.error_s()))
    assert worst < 0.001


def test_the_line_stays_the_same_while_it_is_right() -> None:
    host = exact()
    host.start()
    host.ticks(48)
    told = set()
    for _ in range(200):
        host.ticks(3)
        told.add(host.told())
    assert len(told) == 1


def test_stop_holds_the_position_and_continue_goes_on_from_there() -> None:
    host = exact()
    host.start()
    host.ticks(24 * 5 + 7)
    host.rest(-0.0001)
    host.stop()
    stopped = host.told()
    assert not stopped.rolling
    assert stopped.beat == pytest.approx(host.beat, abs=0.01)
    assert stopped.beat_at(host.now + 5) == stopped.beat
    host.rest(3.3)
    host.go_on()
    host.ticks(3)
    assert host.told().rolling
    assert host.told().jump == stopped.jump + 1
    assert abs(host.error_s()) < 2 * FRAME  # it knows the tempo from before


def test_start_begins_at_the_beginning() -> None:
    host = exact()
    host.start()
    host.ticks(100)
    host.stop()
    host.rest(1.0)
    host.start()
    host.ticks(12)
    assert abs(host.error_s()) < 2 * FRAME
    assert host.told().beat_at(host.now) < 1


def test_a_clock_that_runs_while_the_host_stands_is_locked_before_it_starts() -> None:
    host = exact()
    host.ticks(30, counting=False)
    assert (host.told().rolling, host.told().lock) == (False, "locked")
    host.send(b"\xfa", host.now - 0.004)
    told = host.told()
    assert (told.rolling, told.lock) == (True, "locked")
    assert abs(host.error_s()) < 2 * FRAME
    host.ticks(1)
    assert abs(host.error_s()) < 2 * FRAME


def test_song_position_moves_what_continue_goes_on_from() -> None:
    host = exact()
    host.start()
    host.ticks(100)
    host.stop()
    host.locate(24 * 33)
    assert host.told().beat == 33
    host.rest(1.0)
    host.go_on()
    host.ticks(12)
    assert abs(host.error_s()) < 2 * FRAME


def test_a_loop_of_the_host_is_a_jump() -> None:
    host = exact()
    host.start()
    for turn in range(3):
        host.ticks(24 * 8)
        assert host.told().jump == 1 + turn
        host.stop()
        host.locate(0)
        host.go_on()
        assert host.told().jump == 2 + turn
        host.ticks(3)
        assert abs(host.error_s()) < 2 * FRAME


def test_a_song_position_while_it_plays_is_a_jump_unless_it_is_where_it_is() -> None:
    host = exact()
    host.start()
    host.ticks(24 * 8)
    host.locate(24 * 8)
    host.ticks(6)
    assert host.told().jump == 1
    host.locate(24 * 40)
    host.ticks(6)
    assert host.told().jump == 2
    assert abs(host.error_s()) < 2 * FRAME


def test_lost_ticks_are_counted_all_the_same() -> None:
    host = exact()
    host.start()
    host.ticks(24 * 8, lost=(50, 80, 81, 82, 120))
    assert abs(host.error_s()) < 2 * FRAME
    assert host.told().jump == 1


def test_ticks_that_pause_leave_the_position_where_it_was() -> None:
    host = exact()
    host.start()
    host.ticks(60)
    host.rest(5.0)
    paused = host.told()
    assert (paused.rolling, paused.lock) == (False, "none")
    assert paused.beat_at(host.now) == pytest.approx(host.beat, abs=1 / 23)
    host.ticks(10)
    assert host.told().rolling
    assert host.told().jump == 2
    assert abs(host.error_s()) < 2 * FRAME


def test_frames_that_slip_move_the_line_and_keep_the_tempo() -> None:
    host = exact()
    host.start()
    host.ticks(100)
    host.rest(1024 / RATE / 4)
    host.ticks(4)
    assert abs(host.error_s()) < 2 * FRAME
    assert host.told().bpm == pytest.approx(120.0, abs=0.01)


def test_a_clock_of_whole_frames_leads_to_the_bars_that_the_host_means() -> None:
    follower = ClockFollower(RATE)
    whole = int(60 * RATE / 137)  # as Ardour before 9.0 counts a quarter note
    start = 480_000
    follower.feed(start / RATE, b"\xfa")
    for tick in range(24 * 60):
        now = round(start + tick * whole / 24) / RATE
        follower.feed(now, b"\xf8")
        if tick > 48:
            host = follower.host(now)
            assert host is not None
            bars_s = start / RATE + host.beat_at(now) * 60 / 137
            assert abs(bars_s - now) < 3 * FRAME
            assert host.bpm == pytest.approx(137.0)


@pytest.mark.parametrize("sixth", [6, 1])
def test_a_host_that_goes_on_where_it_stopped_tells_how_it_counts(sixth: int) -> None:
    host = exact()
    host.sixth = sixth
    host.start()
    host.ticks(24 * 10)
    host.stop()
    host.locate(24 * 10)
    host.rest(1.0)
    host.go_on()
    host.ticks(24)
    assert abs(host.error_s()) < 2 * FRAME
    host.stop()
    host.locate(24 * 48)
    host.go_on()
    host.ticks(24)
    assert abs(host.error_s()) < 2 * FRAME
    assert host.follower.position_is_sixfold == (sixth == 1)


def test_a_host_that_starts_together_with_its_first_tick_and_sends_a_multiple_is_ardour() -> None:
    host = exact()
    host.sixth = 1
    host.start()
    host.ticks(24 * 10)
    host.stop()
    host.rest(1.0)
    host.locate(24 * 20)  # 10 s at 120, as measured with Ardour 7.3: it says 480
    host.go_on()
    host.ticks(12)
    assert host.follower.position_is_sixfold
    assert abs(host.error_s()) < 2 * FRAME


def test_one_position_that_is_no_multiple_of_24_settles_it() -> None:
    host = exact()
    host.start()
    host.ticks(24 * 10)
    for beat in (21, 48, 96, 24):
        host.stop()
        host.locate(24 * beat)
        host.go_on()
        host.ticks(12)
        assert abs(host.error_s()) < 2 * FRAME


def test_a_jump_a_little_more_than_a_tick_after_the_last_one_loses_no_tick() -> None:
    """As Ardour sends it: it stops, and goes on elsewhere on the frames of its next cycle."""
    follower = ClockFollower(RATE)
    told: list[tuple[int, bytes]] = [(0, b"\xfa")]
    told += [(1000 * tick, b"\xf8") for tick in range(298)]
    there = 297_000 + 2_008
    told += [(there - 1_024, b"\xfc"), (there, bytes((0xF2, 0, 0x0C))), (there, b"\xfb")]
    told += [(there + 1000 * tick, b"\xf8") for tick in range(100)]
    for frame, message in told:
        follower.feed(frame / RATE, message)
        host = follower.host(frame / RATE + 0.001)
        if frame >= there + 1000:
            assert host is not None
            assert host.beat_at(there / RATE) == pytest.approx(64.0, abs=2e-3)


@pytest.mark.parametrize("way", ["position", "stop and continue"])
def test_a_loop_is_foreseen_after_its_first_jump_until_it_is_left(way: str) -> None:
    host = exact(137.0)

    def jump_back() -> None:
        if way == "position":
            host.locate(96)
        else:
            host.stop()
            host.locate(96)
            host.go_on()

    host.start()
    host.ticks(192)
    assert host.told().loop is None
    jump_back()
    host.ticks(90)
    assert host.told().loop == HostLoop(4.0, 8.0)
    host.ticks(6)
    jump_back()
    host.ticks(95)
    assert host.told().loop == HostLoop(4.0, 8.0)
    before = host.told()
    host.ticks(2)  # the second of them is the end of the loop: it isn't jumped at
    assert host.told().loop is None
    assert before.foreseen(host.now).beat_at(host.now) == pytest.approx(4 + 1 / 24, abs=1e-3)


def test_the_line_that_was_foreseen_is_the_line_after_the_jump() -> None:
    host = exact(120.0)
    host.start()
    for _ in range(3):
        host.ticks(192)
        host.locate(0)
    host.ticks(190)
    foreseen = host.told().foreseen(host.now + 0.4)
    host.ticks(2)
    host.locate(0)
    host.ticks(12)
    assert abs(host.told().beat_at(host.now) - foreseen.beat_at(host.now)) < 2 * FRAME


def test_a_clock_that_runs_fast_loops_on_the_bars_of_its_host() -> None:
    """Ardour's, whose quarter notes are whole numbers of frames."""
    host = exact(137.0)
    spb = int(60 * RATE / 137.0) / RATE
    host.bpm = 60.0 / spb
    host.start()
    host.ticks(24 * 64)
    host.locate(0)
    host.ticks(24)
    assert host.told().loop == HostLoop(0.0, 64.0)


class ArdoursLoop:
    """Ardour 7.3 in a loop of bars 1 and 2, as it was recorded: at the end it stops; then it starts
    a period later, or goes on a beat later, in turns."""

    def __init__(self) -> None:
        self.host = exact(120.0)
        self.host.sixth = 1
        self.host.start()

    def play_pass(self, ticks: int = 192) -> None:
        self.host.ticks(ticks)

    def begin_anew(self) -> None:
        host, period = self.host, 1024 / RATE
        host.now -= period
        host.stop()
        host.now += period
        host.tick = 0
        host.start()

    def go_on_a_beat_later(self) -> None:
        host = self.host
        host.stop()
        host.now += 0.48
        host.locate(24)
        host.now += 0.02
        host.go_on()

    def rolls(self, seconds: float) -> list[bool]:
        at = [self.host.now + k * 0.02 for k in range(round(seconds / 0.02))]
        told = [self.host.follower.host(moment) for moment in at]
        return [one is not None and one.rolling for one in told]


def test_ardour_is_foreseen_at_the_end_of_its_loop_though_it_stops_there() -> None:
    daw = ArdoursLoop()
    host = daw.host
    daw.play_pass()
    daw.go_on_a_beat_later()
    daw.play_pass(168)
    assert host.told().loop == HostLoop(0.0, 8.0)
    daw.begin_anew()
    assert all(daw.rolls(0.02))
    daw.play_pass(191)
    loop, before = host.told().loop, host.told()
    assert loop == HostLoop(0.0, 8.0)
    daw.play_pass(1)
    host.stop()
    assert all(daw.rolls(0.5))
    later = host.now + 0.5
    for line in (before, host.told()):
        assert line.foreseen(later).beat_at(later) == pytest.approx(1.0, abs=1e-3)


def test_a_host_that_stays_stopped_at_the_end_of_its_loop_stands_a_beat_later() -> None:
    daw = ArdoursLoop()
    daw.play_pass()
    daw.go_on_a_beat_later()
    daw.play_pass(168)
    daw.host.stop()
    told = daw.rolls(1.0)
    assert told[:30] == [True] * 30
    assert not any(told[34:])


def test_a_stop_elsewhere_is_a_stop_at_once() -> None:
    daw = ArdoursLoop()
    daw.play_pass()
    daw.go_on_a_beat_later()
    daw.play_pass(100)
    daw.host.stop()
    assert not any(daw.rolls(0.5))
