"""What lies in a system's queue is always what the sender would play, whatever is ordered."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.messages import is_note_on, note_off, note_on
from bridge.ports.handover import HORIZON_NS, MARGIN_NS, Handover
from bridge.ports.sender import Sender
from tests.bridge.ports.timedqueue import FakeQueue

MS = 1_000_000
OFFSET = -7_000 * MS  # the queue's clock began later than the sender's


class Stage:
    """A sender, a handover and a queue whose clocks move together, 5 ms a turn."""

    def __init__(self, *, room: int = 10_000) -> None:
        self.start = 10_000 * MS
        self.queue = FakeQueue(OFFSET, room)
        self.queue.time = self.start + OFFSET
        self.sender = Sender(late_limit=30 * MS, memory=200 * MS, precision=MS)
        self.handover = Handover(self.queue, self.sender)

    @property
    def now(self) -> int:
        return self.queue.time - OFFSET

    def turn(self) -> None:
        self.handover.turn(self.now)

    def run(self, ms: int, step: int = 5) -> None:
        end = self.now + ms * MS
        while self.now < end:
            self.turn()
            self.queue.pass_time(step * MS)
        self.turn()

    def at(self, ms: float) -> int:
        return self.start + round(ms * MS)

    def heard(self) -> list[tuple[float, bytes]]:
        """(ms since the start, message) of everything that went out."""
        return [((at - OFFSET - self.start) / MS, m) for _, at, m in self.queue.played]


def test_messages_are_handed_over_shortly_ahead_and_play_at_their_time() -> None:
    stage = Stage()
    events = [(stage.at(12.3), note_on(0, 60, 9)), (stage.at(77.7), note_off(0, 60))]
    stage.sender.send(events)
    stage.turn()
    assert len(stage.queue.held) == 1
    assert stage.sender.pending() == 2
    stage.run(100)
    assert stage.heard() == [(12.3, note_on(0, 60, 9)), (77.7, note_off(0, 60))]
    assert (stage.sender.counts.notes, stage.sender.counts.late) == (1, 0)


def test_a_process_that_is_kept_waiting_plays_on_time_nevertheless() -> None:
    stage = Stage()
    stage.sender.send([(stage.at(k), note_on(0, 60 + k, 9)) for k in range(5, 50, 5)])
    stage.run(60, step=25)
    assert [at for at, _ in stage.heard()] == [float(k) for k in range(5, 50, 5)]
    assert (stage.sender.counts.late, stage.sender.counts.dropped) == (0, 0)


def test_what_was_replaced_is_taken_out_of_the_queue() -> None:
    stage = Stage()
    stage.sender.send([(stage.at(5), note_on(0, 60, 9)), (stage.at(25), note_off(0, 60))])
    stage.sender.send([(stage.at(20), note_on(0, 64, 9)), (stage.at(28), note_off(0, 64))])
    stage.run(10)
    stage.sender.replace(
        stage.at(15),
        [
            (stage.at(22), note_off(0, 60)),
            (stage.at(22), note_on(0, 67, 9)),
            (stage.at(200), note_off(0, 67)),
        ],
    )
    stage.run(30)
    assert stage.heard() == [
        (5.0, note_on(0, 60, 9)),
        (22.0, note_off(0, 60)),
        (22.0, note_on(0, 67, 9)),
    ]
    assert stage.sender.sounding.notes() == [(0, 67)]


def test_what_stays_the_same_is_not_touched() -> None:
    stage = Stage()
    stage.sender.send([(stage.at(k), note_on(0, 60 + k, 9)) for k in (5, 15, 25)])
    stage.turn()
    stage.sender.send([(stage.at(20), note_on(1, 60, 9))])
    stage.turn()
    assert stage.queue.taken_back == 1
    stage.run(30)
    assert [at for at, _ in stage.heard()] == [5.0, 15.0, 20.0, 25.0]


def test_an_order_too_late_for_what_is_out_strikes_nothing_twice() -> None:
    stage = Stage()
    note = (stage.at(5), note_on(0, 60, 9))
    stage.sender.send([note, (stage.at(50), note_off(0, 60))])
    stage.run(10)
    stage.sender.replace(stage.at(3), [note, (stage.at(20), note_off(0, 60))])
    stage.run(40)
    assert stage.heard() == [(5.0, note_on(0, 60, 9)), (20.0, note_off(0, 60))]


def test_silence_releases_at_once_and_empties_the_queue() -> None:
    stage = Stage()
    stage.sender.send([(stage.at(5), note_on(0, 60, 9)), (stage.at(24), note_on(0, 64, 9))])
    stage.run(10)
    stage.sender.silence()
    stage.run(30)
    heard = stage.heard()
    assert heard[1] == (10 + MARGIN_NS / MS, note_off(0, 60))
    assert note_on(0, 64, 9) not in [message for _, message in heard]
    assert not stage.queue.sounding()
    assert stage.sender.is_silent()


def test_a_note_that_slips_out_while_it_is_taken_back_is_released() -> None:
    stage = Stage()
    stage.sender.send([(stage.at(7), note_on(0, 60, 9)), (stage.at(60), note_off(0, 60))])
    stage.run(1)
    stage.sender.cancel(stage.at(0))
    stage.queue.hesitate = lambda: 5 * MS
    stage.turn()
    stage.queue.hesitate = lambda: 0
    stage.run(20)
    assert [message for _, message in stage.heard()] == [note_on(0, 60, 9), note_off(0, 60)]


def test_without_room_the_rest_waits_and_nothing_is_lost() -> None:
    stage = Stage(room=3)
    chord = [(stage.at(20), note_on(0, 60 + k, 9)) for k in range(2)]
    ends = [(stage.at(24), note_off(0, 60 + k)) for k in range(2)]
    stage.sender.send([*chord, *ends])
    stage.turn()
    assert len(stage.queue.held) == 2
    assert stage.sender.counts.refused == 1
    stage.run(40)
    assert len(stage.heard()) == 4
    assert not stage.queue.sounding()


def test_after_a_long_stall_late_onsets_are_counted_and_dropped_and_releases_are_not() -> None:
    stage = Stage()
    stage.sender.send([(stage.at(5), note_on(0, 60, 9)), (stage.at(60), note_off(0, 60))])
    stage.sender.send([(stage.at(70), note_on(0, 62, 9)), (stage.at(110), note_on(0, 64, 9))])
    stage.turn()
    stage.queue.pass_time(120 * MS)
    stage.turn()
    stage.run(10)
    assert [message for _, message in stage.heard()] == [
        note_on(0, 60, 9),
        note_off(0, 60),
        note_on(0, 64, 9),
    ]
    assert (stage.sender.counts.dropped, stage.sender.counts.late) == (1, 1)


PITCHES = st.integers(60, 63)
ORDERS = st.lists(
    st.tuples(
        st.sampled_from(("note", "note", "note", "replace", "cancel", "silence", "wait")),
        PITCHES,
        st.integers(-10, 60),
        st.integers(1, 40),
    ),
    max_size=40,
)


def give(stage: Stage, what: str, pitch: int, ahead: int, length: int) -> None:
    at = stage.now + ahead * MS
    if what == "note":
        stage.sender.send([(at, note_on(0, pitch, 9)), (at + length * MS, note_off(0, pitch))])
    elif what == "replace":
        end = at + length * MS
        stage.sender.replace(at, [(at, note_on(0, pitch, 9)), (end, note_off(0, pitch))])
    elif what == "cancel":
        stage.sender.cancel(at)
    elif what == "silence":
        stage.sender.silence()


@given(ORDERS, st.lists(st.integers(0, 3 * MS), min_size=1, max_size=7), st.integers(3, 50))
def test_whatever_is_ordered_and_however_slow_the_machine_nothing_hangs(
    orders: list[tuple[str, int, int, int]], slowness: list[int], room: int
) -> None:
    stage = Stage(room=room)
    waits = iter(slowness * 10_000)
    stage.queue.hesitate = lambda: next(waits)
    for what, pitch, ahead, length in orders:
        give(stage, what, pitch, ahead, length)
        stage.turn()
        stage.queue.pass_time(length * MS // 3)
    stage.queue.hesitate = lambda: 0
    stage.sender.finish()
    stage.run(300)
    assert stage.sender.is_silent()
    assert not stage.queue.held
    assert not stage.queue.sounding()


@given(ORDERS)
def test_what_is_heard_is_what_the_sender_believes(orders: list[tuple[str, int, int, int]]) -> None:
    stage = Stage()
    for what, pitch, ahead, length in orders:
        give(stage, what, pitch, ahead, length)
        stage.turn()
        stage.queue.pass_time(length * MS // 4)
    stage.run(HORIZON_NS // MS + 150)
    assert stage.queue.sounding().notes() == stage.sender.sounding.notes()
    onsets = sum(is_note_on(message) for _, _, message in stage.queue.played)
    assert onsets == stage.sender.counts.notes
