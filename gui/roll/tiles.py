"""Pictures of what stands still, in upright strips that are painted once and shown many times."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtGui import QImage

TILE_WIDTH = 512  # device pixels
MOST_BYTES = 64_000_000
LEAST_TILES = 8

Paint = Callable[[QImage, int], None]
"""Paints the strip whose left edge lies that many device pixels right of step 0."""


class Tiles:
    """Strips of `TILE_WIDTH` device pixels, counted from step 0, all as high as the widget.

    They are dropped together when the key changes (zoom, colours, height and whatever else decides
    how they look), and one by one where notes change.
    """

    def __init__(self, paint: Paint) -> None:
        self._paint = paint
        self._key: Hashable = None
        self._height = 0
        self._images: OrderedDict[int, QImage] = OrderedDict()
        self.painted = 0
        """How many strips have been painted so far."""

    def hold(self, key: Hashable, height: int) -> None:
        """Say what the strips depend on now, and their height in device pixels."""
        if (key, height) != (self._key, self._height):
            self._images.clear()
            self._key, self._height = key, height

    def image(self, index: int) -> QImage:
        """Strip number `index`, painted now if it isn't there."""
        found = self._images.get(index)
        if found is not None:
            self._images.move_to_end(index)
            return found
        image = QImage(TILE_WIDTH, max(self._height, 1), QImage.Format.Format_RGB32)
        self._paint(image, index * TILE_WIDTH)
        self.painted += 1
        self._images[index] = image
        self._trim()
        return image

    def forget(self, left: int, right: int) -> None:
        """Drop the strips that show anything between two places in device pixels from step 0."""
        first, last = left // TILE_WIDTH, right // TILE_WIDTH
        for index in [index for index in self._images if first <= index <= last]:
            del self._images[index]

    def clear(self) -> None:
        """Drop all."""
        self._images.clear()

    def _trim(self) -> None:
        room = MOST_BYTES // (4 * TILE_WIDTH * max(self._height, 1))
        while len(self._images) > max(room, LEAST_TILES):
            self._images.popitem(last=False)
