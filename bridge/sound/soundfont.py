"""The sound of a SoundFont (General MIDI) for when no DAW listens, where a font and a synth are.

The synth is tinysoundfont; everything here says plainly why there is none. Shapes: `F` frames.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from bridge.messages import DRUM_CHANNEL, is_note_off, is_note_on, note_key
from bridge.sound.voicetables import FloatArray

FONT_VARIABLE = "FRACTALROLL_SOUNDFONT"
"""Environment variable: path of the font to play with, or `none` for the built-in voice."""

NO_FONT = "none"
_GAIN_DB = -6.0
_CHANNELS = 16
_SUFFIXES = (".sf2", ".sf3", ".sfo")
_LINUX_FOLDERS = ("/usr/share/sounds/sf2", "/usr/share/sounds/sf3", "/usr/share/soundfonts")
_USUAL = ("default-GM", "default", "FluidR3_GM", "TimGM6mb")


class FontError(Exception):
    """There is no such sound here; the message says why and what to do."""


class Bank(Protocol):
    """Something that is fed with MIDI messages and asked for samples, by one thread."""

    def feed(self, message: bytes) -> None:
        """One MIDI message takes effect before the next frame."""
        ...

    def render(self, frames: int) -> FloatArray:
        """float32[F, 2] of the next frames, in -1..1."""
        ...


class FontBank:
    """Plays a SoundFont. Not locked: the thread that renders feeds it too.

    Args:
        rate: Frames per second.
        path: The font, sf2 or sf3.

    Raises:
        FontError: The synth is not installed, or the font can't be read.
    """

    def __init__(self, rate: int, path: Path) -> None:
        try:
            from tinysoundfont import Synth
        except ImportError as err:
            raise FontError(
                f"tried to play {path.name} and tinysoundfont is not installed; {how_to_install()}"
            ) from err
        self._synth: Any = Synth(samplerate=rate, gain=_GAIN_DB)
        try:
            font = self._synth.sfload(str(path))
            for channel in range(_CHANNELS):
                self._select(font, channel)
        except Exception as err:  # its own error class, or the C++ library's RuntimeError
            raise FontError(
                f"tried to load the SoundFont {path}: {err}; choose a General MIDI font"
            ) from err

    def feed(self, message: bytes) -> None:
        """One MIDI message takes effect before the next frame; what it doesn't know is left out."""
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        if is_note_on(message):
            self._synth.noteon(*note_key(message), message[2])
        elif is_note_off(message):
            self._synth.noteoff(*note_key(message))
        elif kind == 0xB0:
            self._synth.control_change(channel, message[1], message[2])
        elif kind == 0xC0:
            self._synth.program_change(channel, message[1], channel == DRUM_CHANNEL)
        elif kind == 0xE0:
            self._synth.pitchbend(channel, message[1] | message[2] << 7)

    def render(self, frames: int) -> FloatArray:
        """float32[F, 2] of the next frames, in -1..1."""
        samples = np.frombuffer(self._synth.generate(frames), np.float32).reshape(-1, 2)
        return np.clip(samples, -1.0, 1.0)

    def _select(self, font: int, channel: int) -> None:
        drums = channel == DRUM_CHANNEL
        self._synth.program_select(channel, font, 128 if drums else 0, 0, drums)


def open_bank(
    rate: int,
    builtin: Callable[[int], Bank],
    environment: Mapping[str, str] = os.environ,
    usual: Callable[[], Iterator[Path]] | None = None,
) -> tuple[Bank, str]:
    """The best sound there is, and its name: a font's file name, or nothing for the built-in one.

    A font that was chosen and can't be played is told instead of the name, as a sentence; the
    built-in voice plays then, so that nobody hears nothing.

    Args:
        rate: Frames per second.
        builtin: Makes the built-in voice.
        environment: May name a font, see `FONT_VARIABLE`.
        usual: Fonts that are tried if none was chosen, best first; by default those of this system.
    """
    chosen = environment.get(FONT_VARIABLE, "")
    if chosen == NO_FONT:
        return builtin(rate), ""
    if chosen:
        path = Path(chosen).expanduser()
        try:
            return FontBank(rate, path), path.name
        except FontError as err:
            return builtin(rate), str(err)
    for path in (usual or usual_fonts)():
        try:
            return FontBank(rate, path), path.name
        except FontError:
            continue
    return builtin(rate), ""


def usual_fonts() -> Iterator[Path]:
    """Fonts that lie where this system keeps them, best first; none if there is no synth."""
    if find_spec("tinysoundfont") is None:
        return
    for folder in _folders():
        files = {path.stem: path for path in _files(folder)}
        for name in sorted(files, key=lambda name: (_rank(name), name)):
            yield files[name].resolve()
    shipped = find_spec("pretty_midi")  # brings a small font with it
    if shipped is not None and shipped.origin:
        yield from Path(shipped.origin).parent.glob("*.sf2")


def how_to_install(platform: str = sys.platform) -> str:
    """The command that brings the synth."""
    if platform == "linux":  # its PyAudio has no wheel here, and we never use it
        return "run: pip install --no-deps tinysoundfont"
    return "run: pip install 'fractalroll[soundfont]'"


def _rank(name: str) -> int:
    return _USUAL.index(name) if name in _USUAL else len(_USUAL)


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES]
    except OSError:
        return []


def _folders(platform: str = sys.platform) -> tuple[Path, ...]:
    home = Path.home()
    if platform == "darwin":
        return (home / "Library/Audio/Sounds/Banks", Path("/Library/Audio/Sounds/Banks"))
    if platform == "win32":
        return (home / "Documents" / "SoundFonts", Path("C:/soundfonts"))
    return (home / ".local/share/sounds/sf2", *map(Path, _LINUX_FOLDERS))
