from typing import cast

import pytest

from bridge.errors import PortError
from bridge.messages import TimedMessage, note_off, note_on
from bridge.ports.childport import ChildPort
from bridge.ports.fanport import FanPort, open_parts, port_names
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.ports.port import PortStats
from bridge.ports.systems import MidiSystem


class Broken(MemoryPort):
    """A port whose process is gone."""

    def silence(self) -> None:
        raise PortError("the MIDI process is gone")

    def is_alive(self) -> bool:
        return False

    def listeners(self) -> int:
        return 2


class Unsure(MemoryPort):
    """A port on a system that doesn't tell who listens."""

    def listeners(self) -> int:
        return -1


class Stage:
    """Three ports: piano (channel 0), bass (1 and 2), and a third for channel 9."""

    def __init__(self) -> None:
        self.ports = [MemoryPort(ManualClock(), name=name) for name in ("piano", "bass", "drums")]
        self.fan = FanPort(self.ports, {0: 0, 1: 1, 2: 1, 9: 2})

    def run(self, seconds: float) -> None:
        for port in self.ports:
            port.pass_time(seconds)

    def heard(self, index: int) -> list[bytes]:
        return [message for _, message in self.ports[index].wire]


class Loopback(MemoryPort):
    """The one port that a system gives, whatever it is asked for."""

    def __enter__(self) -> "Loopback":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def test_a_system_that_gives_one_port_for_two_parts_is_told_apart() -> None:
    opened: list[Loopback] = []

    def one(system: MidiSystem, name: str) -> ChildPort:
        opened.append(Loopback(ManualClock(), name="loopMIDI Port"))
        return cast("ChildPort", opened[-1])

    with pytest.raises(PortError, match="loopback port named 'Fractalroll Bass'"):
        open_parts(MidiSystem("winmm", True, ""), "Fractalroll", {"Piano": [0], "Bass": [1]}, one)
    assert [port.closed for port in opened] == [True, True]


def test_each_channel_goes_to_its_own_port() -> None:
    stage = Stage()
    notes = [note_on(channel, 60, 64) for channel in (0, 1, 2, 9, 5)]
    stage.fan.send_many([TimedMessage(0.1, note) for note in notes])
    stage.run(0.2)
    assert stage.heard(0) == [notes[0], notes[4]]
    assert stage.heard(1) == [notes[1], notes[2]]
    assert stage.heard(2) == [notes[3]]


def test_a_message_without_a_channel_goes_to_the_first_port() -> None:
    stage = Stage()
    stage.fan.send(b"\xf8", 0.1)
    stage.run(0.2)
    assert [stage.heard(index) for index in range(3)] == [[b"\xf8"], [], []]


def test_a_replacement_takes_back_what_waits_on_every_port() -> None:
    stage = Stage()
    for channel in (0, 1, 9):
        stage.fan.send_many(
            [TimedMessage(0.1, note_on(channel, 60, 64)), TimedMessage(0.9, note_off(channel, 60))],
        )
    stage.run(0.2)
    end = TimedMessage(0.5, note_off(0, 60))
    stage.fan.replace(0.3, [end])
    stage.run(0.2)
    assert [len(stage.heard(index)) for index in range(3)] == [1, 2, 2]
    stage.run(0.2)
    assert stage.fan.stats().sounding == 0


def test_cancel_and_silence_reach_every_port() -> None:
    stage = Stage()
    stage.fan.send_many([TimedMessage(0.1, note_on(channel, 60, 64)) for channel in (0, 1, 9)])
    stage.run(0.2)
    stage.fan.send_many([TimedMessage(0.5, note_on(channel, 70, 64)) for channel in (0, 1, 9)])
    stage.fan.cancel(0.4)
    stage.run(0.01)
    assert stage.fan.stats().pending == 0
    assert stage.fan.stats().sounding == 3
    stage.fan.silence()
    stage.run(0.01)
    assert stage.fan.stats().sounding == 0


def test_counts_are_summed_and_what_is_shared_is_not() -> None:
    class Counted(MemoryPort):
        def stats(self) -> PortStats:
            return PortStats(
                notes_sent=3, late=1, dropped=2, worst_late_s=0.01, xruns=4, pending=5, sounding=6
            )

    clock = ManualClock()
    fan = FanPort([Counted(clock), Counted(clock)], {})
    assert fan.stats() == PortStats(6, 2, 4, 0.01, 4, 10, 12)


def test_one_port_that_fails_does_not_keep_the_others_from_being_silenced() -> None:
    clock = ManualClock()
    whole, broken = MemoryPort(clock), Broken(clock)
    fan = FanPort([broken, whole], {0: 1})
    fan.send(note_on(0, 60, 64), 0.0)
    whole.pass_time(0.1)
    with pytest.raises(PortError, match="gone"):
        fan.silence()
    whole.pass_time(0.1)
    assert whole.stats().sounding == 0
    assert not fan.is_alive()


def test_closing_closes_every_port() -> None:
    stage = Stage()
    stage.fan.close()
    assert all(port.closed for port in stage.ports)


def test_who_listens_is_unknown_as_soon_as_one_port_does_not_tell() -> None:
    clock = ManualClock()
    assert FanPort([Broken(clock), Broken(clock)], {}).listeners() == 4
    assert FanPort([Broken(clock), Unsure(clock)], {}).listeners() == -1


def test_routes_to_nowhere_and_ports_of_two_clocks_are_refused() -> None:
    clock = ManualClock()

    class Framed(MemoryPort):
        rate = 48_000

    with pytest.raises(PortError, match="name ports that are there"):
        FanPort([MemoryPort(clock)], {3: 1})
    with pytest.raises(PortError, match="different clocks"):
        FanPort([MemoryPort(clock), Framed(clock)], {})


def test_ports_are_named_for_a_musician_and_no_two_alike() -> None:
    names = port_names("Fractalroll", ["piano", "bass", "piano", "strings: high", "x" * 80])
    assert names[:4] == [
        "Fractalroll piano",
        "Fractalroll bass",
        "Fractalroll piano 2",
        "Fractalroll strings  high",
    ]
    assert len(names[4]) == 60


def test_names_are_cut_where_jack_would_refuse_them_and_between_letters() -> None:
    first, second = port_names("Fractalroll", ["主旋律" * 9, "主旋律" * 9 + "二"])
    assert first == "Fractalroll " + "主旋律" * 5 + "主"
    assert len(first.encode()) <= 60
    assert second == f"{first} 2"
