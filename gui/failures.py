"""The failures that child processes tell, and what outputs say of themselves, in the user's words.

A child says an English sentence and beside it a short code with the fields that the sentence names.
Codes that have no words here, and lines whose fields don't fit them, are shown in English.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication


def failure_text(line: Mapping[str, object]) -> str:
    """What a line with `failed` says, in the language of the window."""
    return coded_text(str(line.get("failed", "")), line.get("code"), line.get("fields"))


def coded_text(english: str, code: object, fields: object = None) -> str:
    """A child's sentence in the language of the window.

    Args:
        english: The sentence as the child says it.
        code: Its code, if the child gave one.
        fields: What it names, by name.
    """
    given = dict(fields) if isinstance(fields, dict) else {}
    if "why_code" in given:
        given["why"] = coded_text(str(given.get("why", "")), given["why_code"], fields_of(given))
    words = _words().get(code) if isinstance(code, str) else None
    try:
        return english if words is None else words.format_map(given)
    except (KeyError, IndexError, ValueError, AttributeError):
        return english


def fields_of(given: Mapping[str, object]) -> dict[str, object]:
    """The fields of the reason that a failure names: its own, without the reason itself."""
    return {name: value for name, value in given.items() if name not in ("why", "why_code")}


def _words() -> dict[str, str]:
    """Sentences by code."""
    return {**_deck_words(), **_maker_words()}


def _deck_words() -> dict[str, str]:
    return {
        # --- What an output says of itself
        "jack": _tr("{what}, {rate} Hz, period {period} ({ms} ms)"),
        "rtmidi": _tr("through RtMidi"),
        "kernel_queue": _tr("played by the kernel's own queue"),
        "stamped": _tr("each note stamped with its time"),
        "midi_services": _tr("through Windows MIDI Services"),
        "no_alsa": _tr("no ALSA sequencer (/dev/snd/seq)"),
        "no_pipewire": _tr("not running, or its JACK library (package pipewire-jack) is missing"),
        "no_libjack": _tr("no libjack on this machine; start JACK or PipeWire"),
        "no_jack": _tr("no JACK server answered; start JACK or PipeWire"),
        "no_answer": _tr("no answer in {seconds} s"),
        # --- What the deck can't do
        "no_portaudio": _tr("PortAudio does not load: {why}"),
        "deaf_device": _tr("The sound device opens but never asks for sound; choose another one."),
        "not_ready": _tr("Can't play through {system}: {why}. Choose another output."),
        "no_system": _tr("This machine has no {system}; choose another output."),
        "no_port": _tr("There is no port {port}; there are: {ports}."),
        "went_away": _tr("{port} went away; playing goes on elsewhere."),
        "process_gone": _tr("The process that sends MIDI is gone: {why}"),
        "input_gone": _tr("The input {port} went away; it is heard again when it is back."),
        "no_source": _tr("{port} is not there to be listened to; what can be heard: {ports}."),
        "no_input": _tr("Can't listen to a MIDI input: {why}. Choose another one."),
        "no_sync_system": _tr("Can't follow that source: {why}. Start it, or choose another one."),
        "sync_gone": _tr("The host went away; it is followed again when it is back."),
        "clock_gone": _tr("The clock's port is gone; the clock goes on when it is back."),
        "port_never_back": _tr(
            "{port} went away and could not be opened again. Start the MIDI system and play again."
        ),
        "no_link": _tr('Following Ableton Link needs aalink: pip install "fractalroll[link]"'),
        "no_osc": _tr("OSC needs python-osc: pip install 'fractalroll[osc]'"),
        "osc_port": _tr("Can't hear OSC on port {port}: {why}. Choose another port."),
        "clock_stands_still": _tr(
            "The clock of {port} stands still: its server was stopped. Start it again and play "
            "again."
        ),
    }


def _maker_words() -> dict[str, str]:
    return {
        "no_model": _tr("There is no model at {source}; there are: {names}."),
        "unreadable_model": _tr("The model {path} can't be read: {why}"),
        "damaged_graphs": _tr("The model's graphs are damaged; export it again."),
        "no_graphs": _tr(
            "{path} has no graphs, and PyTorch, which plays without them, is not installed: "
            "{install}"
        ),
        "no_library": _tr("{library} is missing: install Fractalroll again."),
        "no_cuda": _tr("Can't compute on CUDA ({why}); choose auto or cpu in the settings."),
        "engine_broke": _tr("The engine broke down: {why}"),
        "no_model_loaded": _tr("No model is loaded; load one first."),
        "no_style": _tr("The model has no style {style}; it has: {known}."),
        "other_parts": _tr(
            "The model makes {model} parts and the piece has {piece}; take a model of one part."
        ),
        "other_grid": _tr(
            "The piece has {piece} steps a beat and the model {model}; it must be a multiple."
        ),
        "empty_region": _tr("The region holds nothing that can be made; choose a larger one."),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("Failures", text)
