"""What the built-in sound calls itself: its name tells what plays, or why nothing is heard."""

SOUND_NAME = "built-in sound"
SILENT_NAME = "built-in sound, silent"
NO_PORTAUDIO, NO_DEVICE = "no_portaudio", "no_device"
"""Codes of why nothing is heard; whoever shows them has the words."""


def silence_detail(code: str, said: str) -> str:
    """Why nothing is heard, as a silent stream's detail: a code and what the system says."""
    return f"{code}: {said}"


def port_name(detail: str, *, silent: bool) -> str:
    """The name of the built-in sound's port, whose stream has this detail."""
    return f"{SILENT_NAME if silent else SOUND_NAME}: {detail}"


def split_name(name: str) -> tuple[str, str, str]:
    """A port's name taken apart.

    Returns:
        The name alone; the device, or what the system says where there is none; and the code of
        why nothing is heard, empty where something is.
    """
    short, _, detail = name.partition(": ")
    if short != SILENT_NAME:
        return short, detail, ""
    code, _, said = detail.partition(": ")
    return short, said, code
