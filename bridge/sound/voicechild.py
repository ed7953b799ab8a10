"""The built-in sound's process: a sender whose wire is a sound device.

Messages take effect at their frame: a block is rendered in stretches between them. Ticks are
frames of the device.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bridge.errors import PortError
from bridge.ports.board import Board, Slot
from bridge.ports.childhost import Company, main, publish, wait_cycles
from bridge.ports.sender import Sender
from bridge.processes.childlife import leave
from bridge.sound.soundfont import Bank, open_bank
from bridge.sound.voice import VoiceBank
from bridge.sound.voicename import port_name
from bridge.sound.voicestream import Stream, open_stream, silence
from bridge.sound.voicetables import FloatArray

_START_TIMEOUT_S = 5.0
_BLOCK_TIMEOUT_S = 1.0


class VoiceDriver:
    """One stream, and a SoundFont or the built-in voice on it.

    Args:
        spec: As for every sender; nothing of it is needed.
        board: Where the clock is shown.
        stop: Called when the device goes away.
        open_it: Opens the stream; tests bring their own.
        find_bank: Makes what sounds, and names it if it is no voice of our own.
    """

    precision = 0
    system_clock = False

    def __init__(
        self,
        spec: dict[str, Any],
        board: Board,
        stop: Callable[[str], None],
        open_it: Callable[[Callable[[str], None]], Stream] = open_stream,
        find_bank: Callable[[int], tuple[Bank, str]] = lambda rate: open_bank(rate, VoiceBank),
    ) -> None:
        self._board = board
        self._stop = stop
        self.gone = False
        self._sender: Sender | None = None
        self._now = 0
        self._due: list[tuple[int, bytes]] = []
        self._stream = open_it(self._lost)
        self.rate = self._stream.rate
        self.period = self._stream.frames
        self._bank, font = find_bank(self.rate)
        is_heard = font and not self._stream.is_silent
        detail = f"{self._stream.detail}, {font}" if is_heard else self._stream.detail
        self.name = port_name(detail, silent=self._stream.is_silent)

    def start(self, sender: Sender) -> None:
        """Start the stream and wait for its first block, which sets the clock."""
        self._sender = sender
        self._bank.render(self.period)  # the first time takes longer
        self._stream.start(self.block)
        if not self._reaches(1, _START_TIMEOUT_S):
            raise PortError(
                "the sound device opens but never asks for sound; choose another one", "deaf_device"
            )

    def wake(self) -> None:
        """Nothing to do: the device calls."""

    def wait_out(self) -> None:
        """Two more blocks."""
        self._reaches(self._board[Slot.CYCLES] + 2, _BLOCK_TIMEOUT_S)

    def company(self) -> Company:
        """Nobody but the person in front of it."""
        return Company(listeners=0)

    def close(self) -> None:
        """Stop the stream."""
        if not self.gone:
            self._stream.close()

    def block(self, frames: int) -> FloatArray:
        """float32[frames, 2]: the next block, in the stream's thread."""
        try:
            return self._block(frames)
        except Exception as err:  # raised to the device's thread it would only end the sound
            self._stop(f"making sound failed: {err!r}")
            return silence(frames)

    def _block(self, frames: int) -> FloatArray:
        start, self._now = self._now, self._now + frames
        if self._sender is not None:
            self._sender.run(start, start + frames, self._write)
            publish(self._board, self._sender)
        self._board[Slot.CLOCK] = start
        self._board[Slot.CYCLES] += 1
        self._board[Slot.XRUNS] = self._stream.underflows
        parts, done = [], 0
        for tick, message in self._due:
            if tick - start > done:
                parts.append(self._bank.render(tick - start - done))
                done = tick - start
            self._bank.feed(message)
        self._due.clear()
        parts.append(self._bank.render(frames - done))
        return np.concatenate(parts)

    def _write(self, tick: int, message: bytes) -> bool:
        self._due.append((tick, message))
        return True

    def _lost(self, why: str) -> None:
        self.gone = True
        self._stop(why)

    def _reaches(self, goal: int, timeout_s: float) -> bool:
        """Wait for block number `goal`; False if it never comes."""
        return wait_cycles(self._board, goal, lambda: self.gone, timeout_s)


if __name__ == "__main__":
    leave(main(VoiceDriver))
