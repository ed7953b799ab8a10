"""Every setting of the window: its key, type, default, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:

    def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - Qt's name
        """Mark a text for the translators; PySide6 declares it to return anything."""

else:
    from PySide6.QtCore import QT_TRANSLATE_NOOP

Value = bool | int | float | str

TOP_P = 0.98
"""Tidy until somebody changes it: leaves out what is least probable, so that a bundled model plays
fewer stray notes far too high. Models are compared by ear with it, too."""


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes:
        key: What it is asked for by.
        default: What it is until somebody changes it; its type is the setting's type.
        text: What it does, one sentence in English.
        choices: The only values it can have; any of its type if there are none.
        lowest: Least number.
        highest: Greatest number.
    """

    key: str
    default: Value
    text: str
    choices: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None

    @property
    def description(self) -> str:
        """What it does, in the language of the window."""
        return QCoreApplication.translate("Settings", self.text)

    @property
    def kind(self) -> type[Value]:
        """bool, int, float or str."""
        return type(self.default)

    def accepts(self, value: object) -> bool:
        """Whether it can have this value; a whole number will do where any number does."""
        if type(value) is not self.kind and not (self.kind is float and type(value) is int):
            return False
        if self.choices and value not in self.choices:
            return False
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            low, high = self.lowest, self.highest
            return (
                value == value and (low is None or value >= low) and (high is None or value <= high)
            )
        return True

    @property
    def wanted(self) -> str:
        """What it can be, for a message."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        kinds = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
        limits = [
            f"{word} {limit:g}"
            for word, limit in (("from", self.lowest), ("to", self.highest))
            if limit is not None
        ]
        return " ".join([kinds[self.kind], *limits])


SETTINGS: tuple[Setting, ...] = (
    # --- The window
    Setting(
        "theme",
        "dark",
        QT_TRANSLATE_NOOP("Settings", "Dark or light colours."),
        ("dark", "light", "system"),
    ),
    Setting(
        "language",
        "system",
        QT_TRANSLATE_NOOP("Settings", "The window's language, from the next start."),
    ),
    Setting(
        "geometry", "", QT_TRANSLATE_NOOP("Settings", "Where the window was, in Qt's own words.")
    ),
    Setting(
        "tour_seen",
        False,
        QT_TRANSLATE_NOOP("Settings", "Whether the tour of the first start was seen."),
    ),
    # --- Making
    Setting(
        "model", "default", QT_TRANSLATE_NOOP("Settings", "The model that is loaded at the start.")
    ),
    Setting(
        "device",
        "auto",
        QT_TRANSLATE_NOOP("Settings", "What computes: auto, cpu or an accelerator."),
    ),
    Setting(
        "bars",
        8,
        QT_TRANSLATE_NOOP("Settings", "How many bars Generate makes."),
        lowest=1,
        highest=256,
    ),
    Setting(
        "temperature",
        1.0,
        QT_TRANSLATE_NOOP("Settings", "How wild: 1 is as learnt."),
        lowest=0,
        highest=4,
    ),
    Setting(
        "top_p",
        TOP_P,
        QT_TRANSLATE_NOOP("Settings", "Leaves out what is improbable: 1 is off."),
        lowest=0.01,
        highest=1,
    ),
    Setting(
        "guidance",
        1.0,
        QT_TRANSLATE_NOOP("Settings", "How closely wishes are followed."),
        lowest=0,
        highest=20,
    ),
    Setting(
        "seed_locked",
        False,
        QT_TRANSLATE_NOOP("Settings", "Make the same notes again with the same settings."),
    ),
    Setting(
        "seed",
        1,
        QT_TRANSLATE_NOOP("Settings", "The seed, kept while it is locked."),
        lowest=0,
        highest=2**31 - 1,
    ),
    Setting("play_when_made", True, QT_TRANSLATE_NOOP("Settings", "Play what was made at once.")),
    # --- The roll
    Setting("snap", True, QT_TRANSLATE_NOOP("Settings", "Notes keep to the grid.")),
    Setting("follow", True, QT_TRANSLATE_NOOP("Settings", "Keep the playhead in sight.")),
    Setting(
        "ghost", True, QT_TRANSLATE_NOOP("Settings", "Show the variation before behind the notes.")
    ),
    # --- Playing
    Setting(
        "output",
        "auto",
        QT_TRANSLATE_NOOP("Settings", "Where music goes: into the DAW, or the built-in sound."),
    ),
    Setting(
        "port_per_part",
        False,
        QT_TRANSLATE_NOOP("Settings", "A port for each part instead of a channel."),
    ),
    Setting(
        "soundfont",
        "",
        QT_TRANSLATE_NOOP(
            "Settings", "SoundFont of the built-in sound: a file, none, or empty for the best."
        ),
    ),
    # --- In time with others
    Setting(
        "sync_source",
        "internal",
        QT_TRANSLATE_NOOP("Settings", "Who sets the time."),
        ("internal", "midi-clock", "jack", "link"),
    ),
    Setting("sync_port", "", QT_TRANSLATE_NOOP("Settings", "The port that sends MIDI clock.")),
    Setting(
        "nudge_ms",
        0.0,
        QT_TRANSLATE_NOOP("Settings", "How much later than the host everything sounds."),
        lowest=-100,
        highest=100,
    ),
    Setting(
        "start_on",
        "bar",
        QT_TRANSLATE_NOOP("Settings", "Where what is started begins."),
        ("now", "beat", "bar", "four bars"),
    ),
    Setting(
        "send_clock",
        False,
        QT_TRANSLATE_NOOP("Settings", "Send MIDI clock to others."),
    ),
    Setting("input", "off", QT_TRANSLATE_NOOP("Settings", "What is listened to.")),
    Setting("knobs", "", QT_TRANSLATE_NOOP("Settings", "Which knob drives what, as JSON.")),
    Setting("osc", False, QT_TRANSLATE_NOOP("Settings", "Let OSC turn the knobs.")),
    Setting(
        "osc_port",
        9010,
        QT_TRANSLATE_NOOP("Settings", "The UDP port on which OSC is heard."),
        lowest=1024,
        highest=65535,
    ),
    # --- Playing together
    Setting(
        "together_mode",
        "respond",
        QT_TRANSLATE_NOOP("Settings", "How to play together with a musician."),
        ("respond", "accompany", "continue"),
    ),
    Setting(
        "together_bars",
        4,
        QT_TRANSLATE_NOOP("Settings", "How many bars a turn lasts."),
        lowest=1,
        highest=32,
    ),
    Setting(
        "together_metronome",
        False,
        QT_TRANSLATE_NOOP("Settings", "Click on each beat while playing together."),
    ),
    Setting(
        "together_count_in",
        0,
        QT_TRANSLATE_NOOP("Settings", "How many bars are counted in by our own clock."),
        lowest=0,
        highest=4,
    ),
    # --- Keeping
    Setting(
        "autosave",
        True,
        QT_TRANSLATE_NOOP("Settings", "Keep the piece against a crash, every half minute."),
    ),
)


def by_key(settings: tuple[Setting, ...] = SETTINGS) -> dict[str, Setting]:
    """Settings by their key."""
    return {setting.key: setting for setting in settings}
