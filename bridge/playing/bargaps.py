"""Where bars are missing in a piece: stretches that a host jumped over, or that were forgotten."""


class BarGaps:
    """Stretches of steps without bars; each begins on a bar line."""

    def __init__(self) -> None:
        self._gaps: list[tuple[int, int]] = []  # [start, stop), in order, apart from each other

    def __len__(self) -> int:
        return len(self._gaps)

    def add(self, start: int, stop: int) -> None:
        """Nothing is there from step `start` to `stop` any more, or yet."""
        if stop <= start:
            return
        merged = [(a, b) for a, b in self._gaps if b < start or a > stop]
        touching = [(a, b) for a, b in self._gaps if b >= start and a <= stop]
        low = min([start, *(a for a, _ in touching)])
        high = max([stop, *(b for _, b in touching)])
        self._gaps = sorted([*merged, (low, high)])

    def take(self, start: int, stop: int) -> None:
        """Something is there now from step `start` to `stop`."""
        left: list[tuple[int, int]] = []
        for a, b in self._gaps:
            left += [(a, min(b, start)), (max(a, stop), b)]
        self._gaps = [(a, b) for a, b in left if a < b]

    def first(self, start: float, stop: float, bar: int) -> tuple[int, int] | None:
        """The first missing bar that touches steps [start, stop): where it begins, how long it is.

        Args:
            start: Where to look from.
            stop: Where to look to.
            bar: Steps of a bar; the last one of a gap may be shorter.
        """
        for a, b in self._gaps:
            if b > start and a < stop:
                line = a + max(0, int(start - a)) // bar * bar
                return line, min(bar, b - line)
        return None
