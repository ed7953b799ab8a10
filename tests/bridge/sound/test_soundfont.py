"""The sound of a SoundFont: found, played, and done without."""

from __future__ import annotations

import importlib.util
import platform
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bridge.messages import all_notes_off, note_off, note_on, program_change
from bridge.sound import soundfont
from bridge.sound.soundfont import FONT_VARIABLE, FontBank, FontError, open_bank
from bridge.sound.voice import VoiceBank

RATE = 48_000

pytestmark = pytest.mark.skipif(
    sys.platform == "linux" and platform.machine() != "x86_64",
    reason="tinysoundfont has no wheel for this kind of Linux machine",
)


def chunk(name: bytes, data: bytes) -> bytes:
    """A RIFF chunk, padded to an even length."""
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def named(name: str) -> bytes:
    """A name as SoundFonts have them: 20 bytes."""
    return name.encode().ljust(20, b"\0")


@pytest.fixture(scope="module")
def font(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SoundFont with one looped sine of 440 Hz, for every key, as preset 0 and as drums."""
    period, turns = RATE // 440, 40
    wave = np.sin(2 * np.pi * np.arange(period * turns) / period) * 20_000
    samples = wave.astype("<i2").tobytes() + bytes(2 * 46)
    end = period * turns
    header = named("sine") + struct.pack(
        "<IIIIIBbHH", 0, end, period, end - period, RATE, 69, 0, 0, 1
    )
    last_header = named("EOS") + struct.pack("<IIIIIBbHH", 0, 0, 0, 0, 0, 0, 0, 0, 0)
    presets = b"".join(
        named(name) + struct.pack("<HHHIII", program, bank, bag, 0, 0, 0)
        for name, program, bank, bag in (("sine", 0, 0, 0), ("drums", 0, 128, 1), ("EOP", 0, 0, 2))
    )
    instruments = b"".join(
        named(n) + struct.pack("<H", bag) for n, bag in (("sine", 0), ("EOI", 1))
    )
    zone = struct.pack("<HH", 54, 1) + struct.pack("<HH", 53, 0)  # looped; the sample
    parts = {
        b"phdr": presets,
        b"pbag": struct.pack("<HHHHHH", 0, 0, 1, 0, 2, 0),
        b"pmod": bytes(10),
        b"pgen": struct.pack("<HHHH", 41, 0, 41, 0) + bytes(4),
        b"inst": instruments,
        b"ibag": struct.pack("<HHHH", 0, 0, 2, 0),
        b"imod": bytes(10),
        b"igen": zone + bytes(4),
        b"shdr": header + last_header,
    }
    info = chunk(b"ifil", struct.pack("<HH", 2, 1)) + chunk(b"INAM", b"test")
    body = (
        chunk(b"LIST", b"INFO" + info)
        + chunk(b"LIST", b"sdta" + chunk(b"smpl", samples))
        + chunk(b"LIST", b"pdta" + b"".join(chunk(name, data) for name, data in parts.items()))
    )
    path = tmp_path_factory.mktemp("fonts") / "sine.sf2"
    path.write_bytes(chunk(b"RIFF", b"sfbk" + body))
    return path


def pitch_of(samples: np.ndarray) -> float:
    """The strongest frequency, in hertz."""
    power = np.abs(np.fft.rfft(samples[:, 0] * np.hanning(len(samples))))
    return float(np.argmax(power) * RATE / len(samples))


def nothing() -> Iterator[Path]:
    """A system without fonts."""
    return iter(())


def test_a_font_plays_the_pitch_and_falls_silent(font: Path) -> None:
    bank = FontBank(RATE, font)
    bank.feed(program_change(0, 0))
    bank.feed(note_on(0, 69, 100))
    heard = bank.render(RATE // 2)
    assert heard.shape == (RATE // 2, 2)
    assert heard.dtype == np.float32
    assert abs(pitch_of(heard) - 440) < 3
    assert np.abs(heard).max() <= 1.0
    bank.feed(note_off(0, 69))
    bank.render(RATE)
    assert np.abs(bank.render(RATE // 10)).max() < 1e-3


def test_all_notes_off_silences_a_font_s_channel(font: Path) -> None:
    bank = FontBank(RATE, font)
    for pitch in (60, 64, 67):
        bank.feed(note_on(3, pitch, 100))
    assert np.abs(bank.render(4800)).max() > 0.01
    bank.feed(all_notes_off(3))
    bank.render(RATE)
    assert np.abs(bank.render(4800)).max() < 1e-3


def test_drums_are_the_font_s_drums(font: Path) -> None:
    bank = FontBank(RATE, font)
    bank.feed(program_change(9, 0))
    bank.feed(note_on(9, 69, 100))
    assert np.abs(bank.render(4800)).max() > 0.01


def test_the_chosen_font_is_played_and_named(font: Path) -> None:
    bank, name = open_bank(RATE, VoiceBank, {FONT_VARIABLE: str(font)}, nothing)
    assert isinstance(bank, FontBank)
    assert name == "sine.sf2"


def test_a_font_that_is_broken_is_told_and_the_built_in_voice_plays(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sf2"
    broken.write_bytes(b"RIFF" + bytes(100))
    bank, told = open_bank(RATE, VoiceBank, {FONT_VARIABLE: str(broken)}, nothing)
    assert isinstance(bank, VoiceBank)
    assert str(broken) in told
    assert "choose a General MIDI font" in told


def test_without_a_choice_the_first_usual_font_that_works_is_played(
    font: Path, tmp_path: Path
) -> None:
    missing = tmp_path / "missing.sf2"
    bank, name = open_bank(RATE, VoiceBank, {}, lambda: iter((missing, font)))
    assert isinstance(bank, FontBank)
    assert name == font.name
    bank, name = open_bank(RATE, VoiceBank, {}, nothing)
    assert isinstance(bank, VoiceBank)
    assert name == ""


def test_no_font_may_be_chosen(font: Path) -> None:
    bank, name = open_bank(RATE, VoiceBank, {FONT_VARIABLE: "none"}, lambda: iter((font,)))
    assert isinstance(bank, VoiceBank)
    assert name == ""


def test_fonts_are_looked_for_in_the_system_s_folders(
    font: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("zzz.sf2", "default-GM.sf2", "notes.txt", "aaa.SF3"):
        (tmp_path / name).write_bytes(font.read_bytes())
    monkeypatch.setattr(soundfont, "_folders", lambda: (tmp_path / "nowhere", tmp_path))
    found = [path.name for path in soundfont.usual_fonts() if path.parent == tmp_path]
    assert found == ["default-GM.sf2", "aaa.SF3", "zzz.sf2"]


def test_without_the_synth_it_is_said_how_to_install_it(
    font: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tinysoundfont", None)
    with pytest.raises(FontError, match="tinysoundfont is not installed; run: pip install"):
        FontBank(RATE, font)
    real = importlib.util.find_spec
    monkeypatch.setattr(soundfont, "find_spec", lambda name: None if "tiny" in name else real(name))
    assert list(soundfont.usual_fonts()) == []


def test_how_to_install_fits_the_system() -> None:
    assert "--no-deps" in soundfont.how_to_install("linux")
    assert "fractalroll[soundfont]" in soundfont.how_to_install("darwin")
