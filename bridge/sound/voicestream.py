"""Where the built-in sound goes: a sound device through PortAudio, or a silent clock without one.

Only the built-in sound's own process imports sounddevice, which looks for PortAudio at once.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from bridge.sound.voicename import NO_DEVICE, NO_PORTAUDIO, silence_detail
from bridge.sound.voicetables import FloatArray

Render = Callable[[int], FloatArray]
"""(frames) -> float32[frames, 2], called in the stream's own thread."""

SILENT_RATE = 48_000
SILENT_FRAMES = 480


class Stream(Protocol):
    """Something that asks for block after block, in time.

    Attributes:
        rate: Frames per second.
        frames: Of one block, about.
        detail: What plays; or why nothing is heard, see `bridge.sound.voicename`.
        is_silent: Whether nothing is heard.
        underflows: How often a block came too late to be heard whole.
    """

    rate: int
    frames: int
    detail: str
    is_silent: bool
    underflows: int

    def start(self, render: Render) -> None:
        """Begin to ask."""
        ...

    def close(self) -> None:
        """Ask no more."""
        ...


class DeviceStream:
    """The default output device.

    Args:
        gone: Told that the device went away.

    Raises:
        Exception: Whatever PortAudio says if there is none, and OSError if there is no PortAudio.
    """

    is_silent = False

    def __init__(self, gone: Callable[[str], None]) -> None:
        import sounddevice

        self._sound: Any = sounddevice
        device = sounddevice.query_devices(kind="output")
        self.rate = int(device["default_samplerate"])
        self.detail = str(device["name"])
        self.underflows = 0
        self._gone = gone
        self._render: Render | None = None
        self._closing = False
        self._stream = sounddevice.OutputStream(
            samplerate=self.rate,
            channels=2,
            dtype="float32",
            latency="low",
            callback=self._fill,
            finished_callback=self._finished,
        )
        self.frames = int(self._stream.blocksize) or round(self._stream.latency * self.rate)

    def start(self, render: Render) -> None:
        """See `Stream`."""
        self._render = render
        self._stream.start()

    def close(self) -> None:
        """See `Stream`.

        PortAudio itself is ended too: on JACK it is a client of its own, and a server that waits
        for its clients would wait for ever for one that just vanished.
        """
        self._closing = True
        with contextlib.suppress(self._sound.PortAudioError):
            self._stream.stop()
            self._stream.close()
            self._sound._terminate()

    def _fill(self, outdata: Any, frames: int, clock: Any, status: Any) -> None:
        self.underflows += bool(status.output_underflow)
        if self._render is None:
            outdata.fill(0)
        else:
            outdata[:] = self._render(frames)

    def _finished(self) -> None:
        if not self._closing:
            self._gone("the sound device went away; plug it in or choose another and play again")


class SilentStream:
    """A clock that asks for blocks in time and throws them away.

    Args:
        why: The reason, as of `silence_detail`.
    """

    rate = SILENT_RATE
    frames = SILENT_FRAMES
    is_silent = True
    underflows = 0

    def __init__(self, why: str) -> None:
        self.detail = why
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, render: Render) -> None:
        """See `Stream`."""
        self._thread = threading.Thread(target=self._run, args=(render,), name="silence")
        self._thread.start()

    def close(self) -> None:
        """See `Stream`."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, render: Render) -> None:
        begun, asked = time.perf_counter(), 0
        while not self._ending.is_set():
            render(SILENT_FRAMES)
            asked += SILENT_FRAMES
            self._ending.wait(max(0.0, begun + asked / SILENT_RATE - time.perf_counter()))


def open_stream(gone: Callable[[str], None]) -> Stream:
    """The sound device, or a silent stream that says why there is none."""
    try:
        stream = DeviceStream(gone)
    except OSError as err:
        return SilentStream(silence_detail(NO_PORTAUDIO, _line(err)))
    except Exception as err:  # PortAudio's own error, or a device with odd properties
        return SilentStream(silence_detail(NO_DEVICE, _line(err)))
    return stream


def silence(frames: int) -> FloatArray:
    """float32[frames, 2] of nothing."""
    return np.zeros((frames, 2), np.float32)


def _line(err: BaseException) -> str:
    return (str(err) or type(err).__name__).strip().splitlines()[0]
