"""What can go wrong between the program and the wire: one base class, few children."""


class BridgeError(Exception):
    """Base of every error this room raises on purpose; its text says what to do."""


class PortError(BridgeError):
    """A MIDI port could not be opened, or went away while it was in use."""


class ServerError(BridgeError):
    """A JACK server could not be started or does not answer."""


class SourceError(BridgeError):
    """Whatever makes the bars failed while they were being played."""
