"""What the program and its MIDI processes say to each other: JSON objects, one a line.

    to a sender         {"play": [[tick, "903c40"], ...]}, {"cancel": tick}, {"silence": true},
                        {"replace": tick, "by": [[tick, "903c40"], ...]}
    to any child        {"close": true}
    from any child      {"ready": {...}} first, {"failed": "why"} last if it fails
    from a listener     {"heard": [[tick, "903c40"], ...]}

Text, because it can be read and can run nothing; in short lines, because a child's other thread
has to get a turn between two of them.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bridge.errors import PortError

Line = dict[str, Any]
"""A decoded line; its values are checked by whoever reads them."""

_BATCH = 128


def encode(line: Line) -> bytes:
    """One line, its end included."""
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def encode_events(verb: str, events: Sequence[tuple[int, bytes]]) -> Iterator[bytes]:
    """Lines of at most 128 (tick, message) pairs each."""
    for start in range(0, len(events), _BATCH):
        batch = events[start : start + _BATCH]
        yield encode({verb: [[tick, message.hex()] for tick, message in batch]})


def decode_events(pairs: Iterable[Sequence[Any]]) -> list[tuple[int, bytes]]:
    """The (tick, message) pairs of a line."""
    return [(int(tick), bytes.fromhex(text)) for tick, text in pairs]


class LineSplitter:
    """Puts lines together from the pieces that a pipe delivers."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> list[Line]:
        """The lines that this piece completes.

        Raises:
            PortError: If a complete line is no JSON object.
        """
        *whole, self._rest = (self._rest + piece).split(b"\n")
        return [self._decode(text) for text in whole if text]

    @staticmethod
    def _decode(text: bytes) -> Line:
        try:
            line = json.loads(text)
        except ValueError as err:
            raise PortError(f"got {text[:80]!r} from a MIDI process, which is not JSON") from err
        if not isinstance(line, dict):
            raise PortError(f"got {text[:80]!r} from a MIDI process, which is no JSON object")
        return line
