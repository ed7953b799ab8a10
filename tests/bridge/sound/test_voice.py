"""The built-in sound: what it sounds like in numbers, and its process without a device."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bridge.deck.openers import open_sound
from bridge.messages import (
    TimedMessage,
    all_notes_off,
    control_change,
    note_off,
    note_on,
    program_change,
)
from bridge.ports.board import Board, Slot
from bridge.ports.sender import Sender
from bridge.sound.voice import VOICES, VoiceBank
from bridge.sound.voicechild import VoiceDriver
from bridge.sound.voicename import (
    NO_DEVICE,
    NO_PORTAUDIO,
    port_name,
    silence_detail,
    split_name,
)
from bridge.sound.voicestream import Render, SilentStream
from bridge.sound.voicetables import BANDS, WAVE, FloatArray, frequency_of, tables

RATE = 48_000


def loudness(sound: FloatArray) -> float:
    return float(np.sqrt(np.mean(sound**2)))


def fundamental(sound: FloatArray) -> float:
    """Hertz of the strongest overtone of the left channel."""
    spectrum = np.abs(np.fft.rfft(sound[:, 0] * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * RATE / len(sound))


@pytest.mark.parametrize("pitch", [33, 60, 69, 93, 120])
def test_a_note_has_its_pitch(pitch: int) -> None:
    bank = VoiceBank(RATE)
    bank.feed(note_on(0, pitch, 100))
    assert fundamental(bank.render(RATE)) == pytest.approx(frequency_of(pitch), rel=0.02)


def test_no_overtone_lies_near_half_the_rate() -> None:
    waves = tables(RATE)
    assert waves.shape == (2 * BANDS + 1, WAVE)
    for band in range(BANDS):
        highest = frequency_of(min(127, band * 6 + 5))
        spectrum = np.abs(np.fft.rfft(waves[band]))
        loud = np.flatnonzero(spectrum > 1e-3 * spectrum.max())
        assert loud.max() == 1 or loud.max() * highest < 0.45 * RATE


def test_a_note_fades_and_a_released_one_fades_soon() -> None:
    held, released = VoiceBank(RATE), VoiceBank(RATE)
    for bank in (held, released):
        bank.feed(note_on(0, 60, 100))
        bank.render(RATE // 4)
    released.feed(note_off(0, 60))
    for bank in (held, released):
        bank.render(RATE // 4)
    still, gone = loudness(held.render(4800)), loudness(released.render(4800))
    assert 0.0 < gone < 0.1 * still
    released.render(2 * RATE)
    assert released.sounding() == 0
    assert held.sounding() == 1
    assert not released.render(100).any()


def test_louder_keys_are_louder_and_brighter() -> None:
    soft, loud = VoiceBank(RATE), VoiceBank(RATE)
    soft.feed(note_on(0, 60, 30))
    loud.feed(note_on(0, 60, 120))
    quiet, strong = soft.render(RATE // 2), loud.render(RATE // 2)
    assert loudness(strong) > 3 * loudness(quiet)

    def brightness(sound: FloatArray) -> float:
        spectrum = np.abs(np.fft.rfft(sound[:, 0]))
        return float(spectrum[750:].sum() / spectrum[:750].sum())

    assert brightness(strong) > brightness(quiet)


def test_a_sound_begins_without_a_click_and_goes_on_across_blocks() -> None:
    whole, cut = VoiceBank(RATE), VoiceBank(RATE)
    for bank in (whole, cut):
        bank.feed(note_on(0, 50, 127))
    one = whole.render(4096)
    many = np.concatenate([cut.render(n) for n in (1, 63, 1000, 2, 3030)])
    assert np.abs(one - many).max() < 1e-5
    assert abs(one[0]).max() < 0.01


def test_however_many_notes_it_stays_within_bounds() -> None:
    bank = VoiceBank(RATE)
    for pitch in range(128):
        bank.feed(note_on(pitch % 9, pitch, 127))
    assert bank.sounding() == VOICES
    assert np.abs(bank.render(4800)).max() <= 1.0


@pytest.mark.parametrize("message", [all_notes_off(3), control_change(3, 120, 0)])
def test_a_channel_can_be_silenced(message: bytes) -> None:
    bank = VoiceBank(RATE)
    bank.feed(note_on(3, 60, 100))
    bank.feed(note_on(4, 72, 100))
    bank.feed(message)
    bank.render(RATE)
    assert bank.sounding() == 1


def test_organs_hold_longer_than_pianos() -> None:
    piano, organ = VoiceBank(RATE), VoiceBank(RATE)
    organ.feed(program_change(0, 16))
    for bank in (piano, organ):
        bank.feed(note_on(0, 60, 100))
        bank.render(2 * RATE)
    assert loudness(organ.render(4800)) > 2 * loudness(piano.render(4800))


@pytest.mark.parametrize("pitch", [36, 38, 42, 47, 49])
def test_drums_ring_out_whatever_the_length_of_their_notes(pitch: int) -> None:
    short, long = VoiceBank(RATE), VoiceBank(RATE)
    for bank in (short, long):
        bank.feed(note_on(9, pitch, 100))
    short.feed(note_off(9, pitch))
    one, other = short.render(4800), long.render(4800)
    assert np.array_equal(one, other)
    assert loudness(one) > 0.001
    short.render(5 * RATE)
    assert short.sounding() == 0


class FakeStream:
    """Asks for blocks when a test says so."""

    rate = RATE
    frames = 256
    detail = "Fake"
    is_silent = False
    underflows = 0

    def __init__(self, gone: Callable[[str], None]) -> None:
        self.gone = gone
        self.render: Render | None = None
        self.closed = False

    def start(self, render: Render) -> None:
        self.render = render
        render(self.frames)

    def close(self) -> None:
        self.closed = True

    def block(self) -> FloatArray:
        assert self.render is not None
        return self.render(self.frames)


def driver_on(
    board: Board, stopped: list[str], sender: Sender, font: str = ""
) -> tuple[VoiceDriver, FakeStream]:
    streams: list[FakeStream] = []

    def open_it(gone: Callable[[str], None]) -> FakeStream:
        streams.append(FakeStream(gone))
        return streams[-1]

    driver = VoiceDriver({}, board, stopped.append, open_it, lambda rate: (VoiceBank(rate), font))
    driver.start(sender)
    return driver, streams[0]


def test_a_note_begins_at_its_frame() -> None:
    sender = Sender(late_limit=RATE, memory=0)
    with Board.create() as board:
        driver, stream = driver_on(board, [], sender)
        assert (driver.name, driver.rate, board[Slot.CLOCK]) == ("built-in sound: Fake", RATE, 0)
        sender.send([(256 + 100, note_on(0, 90, 127)), (256 + 100, note_on(0, 97, 127))])
        sound = stream.block()
        assert not sound[:101].any()
        assert sound[101:110].all()
        assert (board[Slot.CLOCK], board[Slot.NOTES], board[Slot.SOUNDING]) == (256, 2, 2)
        driver.close()
        assert stream.closed


def test_blocks_that_came_too_late_are_counted() -> None:
    with Board.create() as board:
        driver, stream = driver_on(board, [], Sender(late_limit=RATE, memory=0))
        stream.underflows = 3
        stream.block()
        assert board[Slot.XRUNS] == 3
        driver.close()


def test_the_port_tells_which_font_sounds() -> None:
    with Board.create() as board:
        driver, _ = driver_on(board, [], Sender(late_limit=RATE, memory=0), font="piano.sf2")
        assert driver.name == "built-in sound: Fake, piano.sf2"
        driver.close()


def test_a_font_that_is_not_heard_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeStream, "is_silent", True)
    monkeypatch.setattr(FakeStream, "detail", silence_detail(NO_DEVICE, "no card"))
    with Board.create() as board:
        driver, _ = driver_on(board, [], Sender(late_limit=RATE, memory=0), font="piano.sf2")
        assert split_name(driver.name)[1:] == ("no card", NO_DEVICE)
        driver.close()


def test_a_device_that_goes_away_ends_the_process_with_a_reason() -> None:
    stopped: list[str] = []
    with Board.create() as board:
        driver, stream = driver_on(board, stopped, Sender(late_limit=1, memory=0))
        stream.gone("it was unplugged")
        assert (stopped, driver.gone) == (["it was unplugged"], True)
        driver.close()
        assert not stream.closed


def test_a_fault_while_rendering_is_told_and_gives_silence() -> None:
    stopped: list[str] = []

    class Broken(Sender):
        def run(self, start: int, end: int, write: Any) -> None:
            raise ValueError("broken")

    with Board.create() as board:
        sender = Broken(late_limit=1, memory=0)
        driver, stream = driver_on(board, stopped, Sender(late_limit=1, memory=0))
        driver._sender = sender
        assert not stream.block().any()
        assert "broken" in stopped[0]


def test_the_port_s_name_is_taken_apart() -> None:
    name = port_name(silence_detail(NO_DEVICE, "Error: none"), silent=True)
    assert split_name(name) == ("built-in sound, silent", "Error: none", NO_DEVICE)
    assert split_name(port_name("Speakers: USB", silent=False)) == (
        "built-in sound",
        "Speakers: USB",
        "",
    )


def test_without_a_device_time_goes_on_in_silence() -> None:
    stream = SilentStream("no sound card")
    asked: list[int] = []

    def render(frames: int) -> FloatArray:
        asked.append(frames)
        return np.zeros((frames, 2), np.float32)

    stream.start(render)
    end = time.monotonic() + 10.0
    while len(asked) < 5:
        assert time.monotonic() < end
        time.sleep(0.005)
    stream.close()
    assert set(asked) == {480}


def test_without_portaudio_or_a_device_the_process_says_why_and_plays_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", f"nobody-{os.getpid()}")
    with open_sound() as port:
        if not port.name.startswith("built-in sound, silent: "):
            return  # this machine has a sound device, and nothing is played on it here
        _, said, code = split_name(port.name)
        assert code in (NO_DEVICE, NO_PORTAUDIO)
        assert said
        start = port.now()
        port.send_many(
            [TimedMessage(start + 0.1, note_on(0, 60, 9)), TimedMessage(start + 9, note_off(0, 60))]
        )
        end = time.monotonic() + 10.0
        while port.stats().sounding != 1:
            assert time.monotonic() < end
            time.sleep(0.005)
        assert port.now() > start
    assert port.stats().sounding == 0
