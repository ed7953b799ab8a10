"""What we ask of ALSA's sequencer, told by a stand-in for the kernel."""

import sys

import alsa_midi
import pytest

from bridge.errors import PortError
from bridge.messages import control_change, note_off, note_on
from bridge.ports.alsaapi import AlsaQueue, list_ports
from tests.bridge.ports.fakealsa import Kernel

MS = 1_000_000


class Hand:
    """A clock turned by hand, nanoseconds."""

    def __init__(self) -> None:
        self.time = 50 * MS

    def now(self) -> int:
        return self.time


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    hand = Hand()
    monkeypatch.setattr("bridge.ports.alsaapi.time.perf_counter_ns", hand.now)
    return hand


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch, hand: Hand) -> Kernel:
    kernel = Kernel(hand.now)
    monkeypatch.setattr(alsa_midi, "SequencerClient", kernel.client)
    return kernel


def test_a_message_goes_out_at_its_time_on_the_queue_s_own_clock(
    kernel: Kernel, hand: Hand
) -> None:
    queue = AlsaQueue("Fractalroll")
    assert queue.now() == 0
    queue.put(queue.stamp_of(hand.time + 20 * MS), note_on(3, 60, 64))
    queue.flush()
    hand.time += 19 * MS
    assert queue.now() == 19 * MS
    assert kernel.played == []
    hand.time += MS
    queue.now()
    assert kernel.played == [(20 * MS, note_on(3, 60, 64))]


def test_every_kind_of_message_passes_the_library_s_encoder(kernel: Kernel, hand: Hand) -> None:
    queue = AlsaQueue("Fractalroll")
    messages = [
        note_on(0, 1, 2),
        note_off(15, 127),
        control_change(9, 123, 0),
        bytes((0xC5, 7)),
        b"\xf8",
        b"\xfa",
        bytes((0xF2, 16, 1)),
    ]
    for message in messages:
        queue.put(MS, message)
    queue.flush()
    assert [message for _, _, message in kernel.held] == messages


def test_what_is_taken_back_is_that_time_and_all_after_it(kernel: Kernel) -> None:
    queue = AlsaQueue("Fractalroll")
    for stamp in (10, 20, 30):
        queue.put(stamp * MS, note_on(0, stamp, 64))
    queue.flush()
    queue.take_back(20 * MS)
    assert [stamp for stamp, _, _ in kernel.held] == [10 * MS]


def test_the_queue_gets_a_finer_timer_and_more_room_if_the_kernel_grants_them(
    kernel: Kernel,
) -> None:
    queue = AlsaQueue("Fractalroll")
    assert (kernel.timer_hz, queue.room()) == (4000, 1000)
    kernel.refuses_timer = True
    AlsaQueue("Second")


def test_the_two_clocks_are_compared_and_small_differences_averaged(
    kernel: Kernel, hand: Hand
) -> None:
    queue = AlsaQueue("Fractalroll")
    assert queue.stamp_of(hand.time) == 0
    assert kernel.started_at is not None
    kernel.started_at -= 800_000
    queue.measure()
    assert queue.stamp_of(hand.time) == 100_000
    kernel.started_at -= 900 * MS
    queue.measure()
    assert queue.stamp_of(hand.time) == 900 * MS + 800_000


def test_listeners_and_destinations_are_named_without_their_numbers(kernel: Kernel) -> None:
    queue = AlsaQueue("Fractalroll")
    kernel.other("Synth", "in")
    kernel.other("Keys", "out", listens=False)
    assert queue.destinations() == ["Synth:in"]
    assert queue.listeners() == []
    queue.connect("Synth:in")
    assert queue.listeners() == ["Synth:in"]


@pytest.mark.parametrize("name", ["Synth:in", "Synth:in 128:0"])
def test_a_target_is_connected_by_either_of_its_names(kernel: Kernel, name: str) -> None:
    synth = kernel.other("Synth", "in")
    AlsaQueue("Fractalroll", name)
    assert [reader for _, reader in kernel.subscriptions] == [synth.address]


def test_a_target_that_is_not_there_is_said_so_and_the_client_closed(kernel: Kernel) -> None:
    kernel.other("Synth", "in")
    with pytest.raises(PortError, match=r"'Piano:in'.*Synth:in 128:0"):
        AlsaQueue("Fractalroll", "Piano:in")
    assert kernel.clients[-1].closed


def test_ports_are_listed_as_rtmidi_names_them(kernel: Kernel) -> None:
    kernel.other("Synth", "in")
    kernel.other("Keys", "out", listens=False)
    assert list_ports() == (["Synth:in 128:0"], ["Keys:out 129:0"])
    assert kernel.clients[-1].closed


def test_a_machine_without_a_sequencer_is_told_in_our_words(kernel: Kernel) -> None:
    kernel.broken = True
    with pytest.raises(PortError, match=r"tried to reach ALSA's sequencer.*No such file"):
        AlsaQueue("Fractalroll")
    with pytest.raises(PortError, match="fractalroll doctor"):
        list_ports()


def test_a_machine_without_the_library_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "alsa_midi", None)
    with pytest.raises(PortError, match="pip install alsa-midi"):
        AlsaQueue("Fractalroll")
