"""What `fractalroll play` and `ports` say to a person."""

import argparse
from typing import TYPE_CHECKING

from bridge.sound.voicename import NO_PORTAUDIO, split_name

if TYPE_CHECKING:
    from bridge.playing.summary import Summary
    from bridge.ports.systems import MidiSystem

DEFAULT_BPM = 120.0
_NO_PORTAUDIO = "PortAudio is missing (on Debian: sudo apt-get install libportaudio2)"
_NO_DEVICE = "there is no sound device"


def is_together(arguments: argparse.Namespace) -> bool:
    """Whether `play` is to play with a musician; who is listened to is one."""
    return arguments.mode is not None or arguments.listen is not None


def begins(port: str, arguments: argparse.Namespace, hears: str = "") -> str:
    """Where it plays and who has to begin, once everything is open.

    Args:
        port: Name of what was opened.
        arguments: As for `play`.
        hears: Where a musician is heard; empty where nobody is.
    """
    where = f"to the MIDI port {port!r}"
    if arguments.ports == "part":
        where = f"to the MIDI ports {port}"
    elif arguments.system == "sound":
        where = sound_words(port)
    listens = f" It hears you at {hears!r}." if hears else ""
    osc = "" if arguments.osc is None else f" OSC moves it on UDP port {arguments.osc}."
    return f"Playing {where}.{listens}{osc}{waits_for(arguments)}"


def sound_words(port: str) -> str:
    """Where the built-in sound is heard, or why it isn't.

    Args:
        port: The name that it gave itself, see `bridge.sound.voicename`.
    """
    _, detail, code = split_name(port)
    if not code:
        return f"on the built-in sound ({detail})"
    return f"in silence, but in time: {silence_words(code, detail)}"


def silence_words(code: str, said: str) -> str:
    """Why nothing is heard: a code of `bridge.sound.voicename`, and what the system says."""
    why = _NO_PORTAUDIO if code == NO_PORTAUDIO else _NO_DEVICE
    return f"{why} ({said})" if said else why


def waits_for(arguments: argparse.Namespace) -> str:
    """A sentence about who has to begin, where it is not we."""
    hosts = {
        "midi-clock": " It begins when the sender of MIDI clock starts or continues.",
        "jack": " It begins when JACK's transport rolls.",
        "link": _link(arguments),
        "internal": _first_note(arguments),
    }
    return hosts[arguments.sync]


def _link(arguments: argparse.Namespace) -> str:
    """What a Link session has to do."""
    if arguments.start_stop:
        return " It begins on a bar line when the Ableton Link session is started."
    return " It begins on a bar line when another program is in the Ableton Link session."


def _first_note(arguments: argparse.Namespace) -> str:
    """What is said to a musician where we set the time."""
    if not is_together(arguments):
        return ""
    if not arguments.count_in:
        return f" It begins with your first note, at {arguments.tempo or DEFAULT_BPM:g} bpm."
    bars = "one bar" if arguments.count_in == 1 else f"{arguments.count_in} bars"
    return f" It counts {bars} in; then it is your turn."


def system_lines(system: "MidiSystem") -> list[str]:
    """A system and its ports, as `ports` lists them."""
    lines = [f"{system.name:9} {'ready' if system.ready else '-':6} {system.detail}"]
    lines += [f"  can be played on    {port}" for port in system.outputs]
    lines += [f"  can be listened to  {port}" for port in system.inputs]
    return lines


def summary_words(summary: "Summary", saved: list[str]) -> str:
    """The summary for a person."""
    heard = (
        "not listened to"
        if summary.notes_received is None
        else f"{summary.notes_received} received"
    )
    is_sound = summary.system == "sound"
    where = sound_words(summary.port) if is_sound else f"to {summary.port} ({summary.system})"
    lines = [
        f"Played {summary.bars} bars {where}, made by {summary.engine}.",
        f"  notes        {summary.notes_sent} sent, {heard}, {summary.late} late, "
        f"{summary.dropped} dropped, {summary.hanging} hanging",
        f"  worst onset  {_onset(summary)}",
        f"  making       {_making(summary)}",
    ]
    if summary.missed_deadlines or summary.shortened:
        lines.append(
            f"  not in time  {summary.missed_deadlines} bars: {summary.varied} varied, "
            f"{summary.silent} silent; {summary.shortened} made in fewer rounds"
        )
    if summary.together is not None:
        lines.append(
            f"  together     {summary.together['mode']}: {summary.together['heard']} messages "
            f"heard, {summary.together['wishes']} times asked for music, {summary.rests} bars of "
            "rest" + _echoes(summary.together)
        )
    if summary.knobs is not None:
        lines.append(f"  knobs        {_knobs(summary.knobs)}")
    if summary.sync["source"] != "internal":
        lines.append(f"  in time      {_in_time(summary.sync)}")
    if summary.losses:
        lines.append(f"  lost         {_losses(summary)}")
    if saved:
        lines.append(f"  saved        {', '.join(saved)}")
    return "\n".join(lines)


def _echoes(together: dict[str, object]) -> str:
    echoes = together.get("echoes")
    return f"; {echoes} messages were our own, come back, and left out" if echoes else ""


def _knobs(knobs: dict[str, object]) -> str:
    """How often they moved something, and where that stands."""
    values = [f"{name} {value}" for name, value in knobs.items() if name != "moves"]
    asked = [text.replace("None", "any") for text in values]
    return f"{knobs['moves']} times asked for other music; at last {', '.join(asked)}"


def _in_time(sync: dict[str, object]) -> str:
    if sync["lock"] is None:
        return f"{sync['source']}: nothing was heard of it"
    return f"{sync['source']}: {sync['lock']}, {sync['bpm']} bpm, {sync['jumps']} starts and jumps"


def _losses(summary: "Summary") -> str:
    """What went away, and whether it came back."""
    told = [f"{what} {n['lost']} times, back {n['back']}" for what, n in summary.losses.items()]
    return "; ".join([*told, f"{summary.lost_notes} notes were due meanwhile"])


def _onset(summary: "Summary") -> str:
    if summary.worst_onset_error_ms is None:
        return "not measured"
    text = f"{summary.worst_onset_error_ms:.3f} ms off"
    if summary.worst_onset_error_samples is not None:
        text += f" ({summary.worst_onset_error_samples} samples)"
    return text


def _making(summary: "Summary") -> str:
    made = f"{summary.music_s:.1f} s of music"
    if summary.realtime_factor is not None:
        made += f", {summary.realtime_factor:,.0f} s of it per second of computing"
    if summary.first_note_s is not None:
        made += f", first note after {summary.first_note_s:.1f} s"
    return made
