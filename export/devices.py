"""Where graphs run: on an NVIDIA card where one really works and is faster, else on the CPU.

Asking onnxruntime for CUDA and not getting it is silent, and its list of providers says what it was
built with. So CUDA counts only once a session has run on it. Which of the two is faster depends on
the model, the machine and how many rolls are made at once: it is measured once and remembered.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import onnxruntime as ort

from export.doctor import identity_graph
from export.errors import GraphError
from export.runtime import CPU, CUDA, OPTIONS, RECORDED
from export.speeds import Speeds
from model.commandline import note
from model.sampler import Request, Sampler
from model.settings import SamplingSettings

if TYPE_CHECKING:
    from export.onnxengine import OnnxEngine

Device = Literal["auto", "cpu", "cuda"]

_NOT_LOADED = "its libraries didn't load (a driver for CUDA 13, CUDA 13 and cuDNN 9 are needed)"
_TRIAL_STEPS = 16
_QUIET = 4
_CARD_SIGNS = (
    Path("/proc/driver/nvidia/version"),
    Path("/dev/nvidiactl"),
    Path("/dev/dxg"),  # WSL
    Path("C:/Windows/System32/nvcuda.dll"),
)


def has_card() -> bool:
    """Whether the machine shows any sign of an NVIDIA driver; costs nothing."""
    return sys.platform != "darwin" and any(sign.exists() for sign in _CARD_SIGNS)


def why_not_cuda() -> str:
    """Why no session runs on CUDA here; empty if one does.

    A session is asked to run there or fail, and then what it did run on.
    """
    if CUDA not in ort.get_available_providers():
        return f"this onnxruntime ({ort.__version__}) is built without CUDA"
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it doesn't find
        ort.preload_dlls()
    ort.set_default_logger_severity(_QUIET)
    options = ort.SessionOptions()
    options.log_severity_level = _QUIET
    options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    try:
        session = ort.InferenceSession(identity_graph(), options, providers=[(CUDA, OPTIONS[CUDA])])
        if session.get_providers()[0] != CUDA:
            return _NOT_LOADED
        session.run(None, {"x": np.zeros(1, np.float32)})
    except Exception as err:  # onnxruntime's errors have no common base
        said = str(err).strip().splitlines()[0]
        return _NOT_LOADED if "fallback to CPU EP" in said else said
    return ""


def providers(device: Device) -> tuple[list[str], str]:
    """Providers worth trying, the safest first, and a line on why CUDA is not among them.

    Raises:
        GraphError: CUDA was asked for by name and doesn't work.
    """
    if device == "cpu" or (device == "auto" and not has_card()):
        return [CPU], ""
    reason = why_not_cuda()
    if not reason:
        return [CUDA, RECORDED] if device == "cuda" else [CPU, CUDA, RECORDED], ""
    if device == "cuda":
        raise GraphError(
            f"can't run on CUDA: {reason}; take --device cpu, or see `fractalroll doctor`",
            "no_cuda",
            why=reason,
        )
    return [CPU], f"the NVIDIA card is not used: {reason}"


def open_best(
    open_on: Callable[[str], OnnxEngine],
    device: Device = "auto",
    *,
    rolls: int = 1,
    key: str = "",
    speeds: Speeds | None = None,
) -> OnnxEngine:
    """An engine on the provider that is fastest for so many rolls at once.

    Args:
        open_on: Loads the engine on a provider.
        device: ``auto`` chooses; ``cpu`` and ``cuda`` are taken at their word.
        rolls: Made at once.
        key: Names the model; its weights' hash.
        speeds: What was measured before; the user's file by default.

    Raises:
        GraphError: CUDA was asked for and doesn't work, or the graphs can't be loaded.
    """
    candidates, reason = providers(device)
    if reason:
        note(reason)
    if len(candidates) == 1:
        return open_on(candidates[0])
    speeds = speeds or Speeds.of_user()
    known = {provider: speeds.get(_name(key, provider, rolls)) for provider in candidates}
    measured = {provider: speed for provider, speed in known.items() if speed is not None}
    if len(measured) == len(candidates):
        return open_on(max(measured, key=measured.__getitem__))
    return _race(open_on, candidates, rolls, key, speeds)


def _race(
    open_on: Callable[[str], OnnxEngine],
    candidates: Iterable[str],
    rolls: int,
    key: str,
    speeds: Speeds,
) -> OnnxEngine:
    """Measure every candidate, remember it, and take the fastest; one that fails is left out.

    So is a recording that does not play what the card plays without one.
    """
    best, most, failures, made = None, 0.0, [], dict[str, bytes]()
    for provider in candidates:
        try:
            engine = open_on(provider)
            speed, made[provider] = trial(engine, rolls)
            if provider == RECORDED and made[provider] != made.get(CUDA):
                raise GraphError("what was recorded is not what is played back")
        except Exception as err:  # onnxruntime's errors have no common base
            failures.append(f"{provider}: {err}")
            speeds.put(_name(key, provider, rolls), 0.0)
            continue
        speeds.put(_name(key, provider, rolls), speed)
        if speed > most:
            best, most = engine, speed
    if best is None:
        raise GraphError(f"no provider can run these graphs: {'; '.join(failures)}")
    return best


def trial(engine: OnnxEngine, rolls: int) -> tuple[float, bytes]:
    """A short piece, once warm: steps of `rolls` rolls in a second, and the cells of it."""
    width = engine.config.levels[0].patch[1]
    request = Request(max(_TRIAL_STEPS, width), count=rolls)
    for _ in range(2):
        begun = time.perf_counter()
        music = Sampler(engine).generate(request, SamplingSettings(seed=0))
        made = b"".join(patch.codes.tobytes() for patch in music)
        seconds = time.perf_counter() - begun
    return (request.steps or 0) / seconds, made


def _name(key: str, provider: str, rolls: int) -> str:
    """A line of the speeds file; another onnxruntime or more rolls are measured anew."""
    bucket = 1 << max(rolls - 1, 0).bit_length()
    return f"{key[:16]} {provider} {bucket} {ort.__version__}"
