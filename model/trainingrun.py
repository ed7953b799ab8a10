"""The folder of one training run: what is trained, how, on what, and its checkpoints.

- `config.json`, `training.json`, `data.json`: what is trained, how, and on how many windows;
- `from.json`: the bundle whose weights a fine-tuning began with, where there was one;
- `checkpoints/last.safetensors`, `checkpoints/best.safetensors`: see `model.checkpoint`;
- `curves/train.csv`, `curves/valid.csv`, `curves/tensorboard/`: see `model.curves`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from model.checkpoint import CheckpointError, read_checkpoint
from model.config import ModelConfig
from model.files import write_text
from model.fractal import Fractal
from model.trainingcallbacks import BEST, LAST
from model.trainingconfig import TrainingConfig
from model.trainingmodule import TrainingError


class Run:
    """The folder of one training run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkpoints = folder / "checkpoints"
        self.curves = folder / "curves"

    @property
    def exists(self) -> bool:
        """Whether a run was started here."""
        return (self.folder / "training.json").exists()

    def refuse_if_used(self) -> None:
        """Protect a run from a second one in its folder.

        Raises:
            TrainingError: the folder holds a run.
        """
        if self.exists and is_first_process():
            raise TrainingError(
                f"{self.folder} holds a training run already; go on with it (--resume) or choose"
                " another folder (--out)"
            )

    def create(
        self, model_config: ModelConfig, config: TrainingConfig, data: dict[str, int]
    ) -> None:
        """Write what the run is.

        Raises:
            TrainingError: if the folder holds a run already, or can't be written.
        """
        self.refuse_if_used()
        self._write("config.json", model_config.to_json())
        self._write("data.json", json.dumps(data, indent=2))
        self.update(config)

    def update(self, config: TrainingConfig) -> None:
        """Write settings that a resumed run changed."""
        self._write("training.json", config.to_json())

    def begin_from(self, bundle: str) -> None:
        """Note whose weights the run begins with.

        Raises:
            TrainingError: if the folder can't be written.
        """
        self._write("from.json", json.dumps({"from": bundle}))

    @property
    def begun_from(self) -> str | None:
        """The bundle that the run began with; None where it began anew.

        Raises:
            TrainingError: if what was noted can't be read.
        """
        if not (self.folder / "from.json").exists():
            return None
        return str(json.loads(self._read("from.json"))["from"])

    def configs(self) -> tuple[ModelConfig, TrainingConfig]:
        """What the run trains and how.

        Raises:
            TrainingError: if there is no run in the folder.
        """
        if not self.exists:
            raise TrainingError(f"{self.folder} holds no training run that could be resumed")
        return (
            ModelConfig.from_json(self._read("config.json")),
            TrainingConfig.from_json(self._read("training.json")),
        )

    def check_data(self, data: dict[str, int]) -> None:
        """Refuse to go on with other windows than the run was started with.

        Raises:
            TrainingError: naming both counts.
        """
        before = json.loads(self._read("data.json"))
        if before != data:
            raise TrainingError(
                f"{self.folder} was started on {before}, and the music given now makes {data};"
                " resume with the same files, or start a new run"
            )

    def last(self) -> Path | None:
        """The checkpoint to go on from; None if the run was killed before the first one."""
        path = self.checkpoints / LAST
        return path if path.exists() else None

    def best_model(self) -> Fractal:
        """The generator with the best weights of the run (the last where none was validated).

        Raises:
            CheckpointError: if there is no checkpoint, or it doesn't fit the run's config.
        """
        best = self.checkpoints / BEST
        return self._model(best) if best.exists() else self.last_model()

    def last_model(self) -> Fractal:
        """The generator as the run left it.

        Raises:
            CheckpointError: if there is no checkpoint, or it doesn't fit the run's config.
        """
        return self._model(self.checkpoints / LAST)

    def _model(self, checkpoint: Path) -> Fractal:
        model_config, _ = self.configs()
        return model_of(read_checkpoint(checkpoint), model_config)

    def _write(self, name: str, text: str) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_text(self.folder / name, text + "\n")
        except OSError as err:
            raise TrainingError(f"can't write the training run {self.folder}: {err}") from err

    def _read(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as err:
            raise TrainingError(f"can't read {name} of the run {self.folder}: {err}") from err


def model_of(checkpoint: dict[str, Any], model_config: ModelConfig) -> Fractal:
    """The generator that a checkpoint holds: its averaged weights where there are any.

    Raises:
        CheckpointError: if the weights don't fit the config.
    """
    state = checkpoint.get("state_dict", {})
    prefix = "average.module." if any(name.startswith("average.") for name in state) else "model."
    weights = {
        name.removeprefix(prefix): tensor
        for name, tensor in state.items()
        if name.startswith(prefix)
    }
    model = Fractal(model_config)
    try:
        model.load_state_dict(weights)
    except RuntimeError as err:
        raise CheckpointError(f"the checkpoint doesn't fit its config.json: {err}") from err
    return model.eval()


def is_first_process() -> bool:
    """Whether this is the one process of a run that writes (Lightning numbers the others)."""
    return all(os.environ.get(name, "0") == "0" for name in ("LOCAL_RANK", "NODE_RANK"))
