"""How a model is trained: every setting of a run, with its unit.

The settings are a frozen dataclass that travels as JSON beside the run's checkpoints, so that a
run can be resumed and a model card can say exactly how its model was made. What the *model* is
(levels, widths, dropout, how often conditions are dropped) is `model.config.ModelConfig`.
"""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from model.errors import ModelError

Precision = Literal["32-true", "bf16-mixed", "16-mixed"]
PRECISIONS = get_args(Precision)
ACCELERATORS = ("auto", "cpu", "cuda", "mps")
CHANGEABLE_ON_RESUME = (
    "steps",
    "epochs",
    "patience",
    "threads",
    "log_interval",
    "checkpoint_interval",
    "accelerator",
)
"""Settings that a resumed run may change; any other would make it a different run."""


class TrainingConfigError(ModelError):
    """Training settings that contradict each other, or that lie out of range."""


@dataclass(frozen=True)
class TrainingConfig:
    """Settings of one training run.

    A *step* here is one update of the weights, unless a name says roll steps (grid columns).

    Raises:
        TrainingConfigError: if a value is out of range or two values contradict each other; the
            message lists every fault found.
    """

    steps: int | None = 10_000
    """Updates of the weights in the whole run; None to give `epochs` instead."""
    epochs: float | None = None
    """Passes over the training windows; None to give `steps` instead."""
    batch_size: int = 16
    """Windows per update, over all devices together."""
    window_steps: int = 128
    """Length of a training window in roll steps (128 = eight bars of 4/4 in 16ths)."""
    hop_steps: int = 64
    """Distance between the starts of two windows of one song, in roll steps."""
    learning_rate: float = 2e-3
    """Peak learning rate of AdamW."""
    betas: tuple[float, float] = (0.9, 0.95)
    """Decay of AdamW's first and second moments."""
    weight_decay: float = 0.05
    """Decoupled decay of matrices; biases, norms and embeddings are not decayed."""
    warmup_steps: int = 200
    """Updates over which the learning rate rises linearly from 0 to its peak."""
    learning_rate_floor: float = 0.05
    """Where the cosine ends, as a share of the peak learning rate (0 to 1)."""
    gradient_clip: float = 1.0
    """Largest norm of the whole gradient; 0 turns clipping off."""
    ema_decay: float = 0.995
    """Decay per update of the averaged weights that are validated and exported; 0 turns it off."""
    seed: int = 0
    """Fixes the weights' start, the order of the windows, shifts, masks and dropout."""
    threads: int | None = None
    """CPU threads of torch; None leaves torch's choice."""
    precision: Precision = "32-true"
    """Lightning's name of the arithmetic, one of `PRECISIONS`."""
    shift_range: int = 6
    """Windows are transposed by -shift_range..shift_range semitones; 0 turns it off."""
    unshifted_share: float = 0.2
    """Share of windows left untransposed (0 to 1); the rest draw evenly among the shifts."""
    validation_interval: int = 500
    """Updates between two validations."""
    validation_windows: int = 256
    """Windows per validation, evenly spaced over the split, the same ones each time."""
    patience: int = 0
    """Validations without a new best after which training stops; 0 never stops early."""
    log_interval: int = 20
    """Updates that one line of the curves averages over."""
    checkpoint_interval: int = 500
    """Updates between two `last` checkpoints."""
    accelerator: str = "auto"
    """Lightning's name of the hardware, one of `ACCELERATORS`."""
    devices: int = 1
    """Devices (GPUs, or CPU processes) per machine."""
    nodes: int = 1
    """Machines."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "betas", tuple(self.betas))
        faults = [*self._range_faults(), *self._contradictions()]
        if faults:
            raise TrainingConfigError("training settings refused: " + "; ".join(faults))

    def _range_faults(self) -> list[str]:
        """One phrase per setting that lies outside its range."""
        at_least: dict[str, float] = {
            "batch_size": 1, "window_steps": 1, "hop_steps": 1, "warmup_steps": 0,
            "gradient_clip": 0, "weight_decay": 0, "seed": 0, "validation_interval": 1,
            "validation_windows": 1, "patience": 0, "log_interval": 1, "checkpoint_interval": 1,
            "devices": 1, "nodes": 1, "learning_rate_floor": 0, "ema_decay": 0,
            "unshifted_share": 0,
        }  # fmt: skip
        faults = [
            f"{name} is {getattr(self, name)}, needs at least {low:g}"
            for name, low in at_least.items()
            if not getattr(self, name) >= low
        ]
        faults += [
            f"{name} is {getattr(self, name)}, a share is at most 1"
            for name in ("learning_rate_floor", "unshifted_share")
            if getattr(self, name) > 1
        ]
        if not 0 < self.learning_rate < math.inf:
            faults.append(f"learning_rate is {self.learning_rate}, needs to be above 0")
        if self.ema_decay >= 1:
            faults.append(f"ema_decay is {self.ema_decay}, needs to be below 1")
        if len(self.betas) != 2 or not all(0 <= beta < 1 for beta in self.betas):
            faults.append(f"betas are {self.betas}, needs two numbers from 0 to below 1")
        if not 0 <= self.shift_range <= 6:
            faults.append(f"shift_range is {self.shift_range}, needs 0 to 6 semitones")
        if self.threads is not None and self.threads < 1:
            faults.append(f"threads is {self.threads}, needs at least 1 (or none)")
        return faults

    def _contradictions(self) -> list[str]:
        """One phrase per pair of settings that can't both hold, or name that is unknown."""
        faults = []
        if (self.steps is None) == (self.epochs is None):
            faults.append(
                f"give either steps or epochs, got steps={self.steps}, epochs={self.epochs}"
            )
        if self.steps is not None and self.steps < 1:
            faults.append(f"steps is {self.steps}, needs at least 1")
        if self.epochs is not None and not self.epochs > 0:
            faults.append(f"epochs is {self.epochs}, needs to be above 0")
        if self.steps is not None and self.warmup_steps >= self.steps > 0:
            faults.append(f"a warm-up of {self.warmup_steps} steps leaves nothing of {self.steps}")
        if self.batch_size % (self.devices * self.nodes):
            faults.append(
                f"batch_size {self.batch_size} can't be shared evenly by"
                f" {self.devices} x {self.nodes} devices"
            )
        if self.hop_steps > self.window_steps:
            faults.append(
                f"hop_steps {self.hop_steps} is longer than window_steps {self.window_steps}:"
                " music between the windows would never be seen"
            )
        if self.precision not in PRECISIONS:
            faults.append(f"precision is {self.precision!r}, known are {', '.join(PRECISIONS)}")
        if self.accelerator not in ACCELERATORS:
            faults.append(
                f"accelerator is {self.accelerator!r}, known are {', '.join(ACCELERATORS)}"
            )
        return faults

    def total_steps(self, windows: int) -> int:
        """Updates of the whole run over a training set of `windows` windows (at least 1)."""
        if self.epochs is None:
            return self.steps or 1
        return max(1, math.ceil(self.epochs * windows / self.batch_size))

    def to_json(self) -> str:
        """The settings as readable JSON."""
        return json.dumps(dataclasses.asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> TrainingConfig:
        """Read what `to_json` wrote; fields that are missing take their defaults.

        Raises:
            TrainingConfigError: no JSON object, unknown fields, wrong types, contradictions.
        """
        try:
            data = json.loads(text)
        except ValueError as err:
            raise TrainingConfigError(f"the training settings are no JSON: {err}") from err
        if not isinstance(data, dict):
            raise TrainingConfigError(
                f"the training settings must be a JSON object, got {type(data).__name__}"
            )
        known = {field.name for field in dataclasses.fields(cls)}
        if unknown := sorted(set(data) - known):
            raise TrainingConfigError(
                f"the training settings have no field {', '.join(unknown)};"
                " a newer version may have written them"
            )
        try:
            return cls(**data)
        except TypeError as err:
            raise TrainingConfigError(f"the training settings hold a wrong type: {err}") from err

    def resumed_with(self, changes: dict[str, Any]) -> TrainingConfig:
        """These settings with what a resumed run may change.

        Args:
            changes: Field name to new value.

        Raises:
            TrainingConfigError: if a change would make it a different run.
        """
        fixed = sorted(
            name
            for name, value in changes.items()
            if name not in CHANGEABLE_ON_RESUME and value != getattr(self, name)
        )
        if fixed:
            raise TrainingConfigError(
                f"a resumed run can't change {', '.join(fixed)} (only"
                f" {', '.join(CHANGEABLE_ON_RESUME)}); start a new run with another --out"
            )
        if changes.get("steps") is not None:
            changes = {"epochs": None, **changes}
        elif changes.get("epochs") is not None:
            changes = {"steps": None, **changes}
        return dataclasses.replace(self, **changes)
