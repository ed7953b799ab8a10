"""What a training is to be: the music, the model it begins with, how long; as words and as options.

Nothing here knows Qt.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import platformdirs

from gui.state.declared import TOP_P
from model.errors import ModelError
from model.files import write_text
from model.trainingcost import Cost, Span

Amount = Literal["quick", "good", "thorough"]
AMOUNTS: tuple[Amount, ...] = ("quick", "good", "thorough")

CHORALES = "chorales"
"""The built-in corpus, as the command line calls it."""
PRESET: dict[Amount, str] = {"quick": "tiny", "good": "small", "thorough": "live"}
"""How large a new model is."""
QUICK_S = 120.0
"""A quick try trains for so long."""
_STEPS: dict[Amount, tuple[int, int]] = {"good": (2000, 1000), "thorough": (10_000, 4000)}
"""Updates of a new model, and of a fine-tuning."""
_QUICK_STEPS = (40, 1500)
"""Fewest and most updates of a quick try; before its cost is known, something between."""
_VALIDATIONS = (2, 12)
"""Fewest and most validations of a training, but for a long one."""
_QUICK_SHARES = (0.2, 0.95)
"""Shares of a quick try: for validations and samples at most, and for everything."""
_PLAN = "plan.json"


class PlanError(ModelError):
    """A plan that can't be kept or read."""


@dataclass(frozen=True)
class Choice:
    """What a musician chose.

    Attributes:
        source: A folder of MIDI files, or `CHORALES`.
        begin_from: Model that is fine-tuned, by name or path; empty: a new one.
        amount: How long.
    """

    source: str
    begin_from: str
    amount: Amount

    @property
    def speed_key(self) -> tuple[str, str]:
        """What decides how fast an update is."""
        return self.source, self.begin_from or self.preset

    def steps(self, cost: Cost | None) -> int:
        """Updates of the weights.

        Args:
            cost: What its parts take, where that was measured.
        """
        if self.amount != "quick":
            return _STEPS[self.amount][1 if self.begin_from else 0]
        low, high = _QUICK_STEPS
        if cost is None or cost.update_s <= 0:
            return (low + high) // 4
        looks_s = self._validations(cost) * cost.look_s
        left_s = max(0.0, _QUICK_SHARES[1] * QUICK_S - looks_s)
        return max(low, min(high, int(left_s / cost.update_s)))

    def span(self, cost: Cost) -> Span:
        """How long it takes from its start until its model can be played."""
        return cost.span(self.steps(cost), self.validation_interval(cost), self.limit_s)

    @property
    def limit_s(self) -> float | None:
        """Seconds after which it ends with what it has; None has no limit."""
        return QUICK_S if self.amount == "quick" else None

    def options(self, cost: Cost | None) -> list[str]:
        """The command line's options of this choice, without its folders."""
        steps = self.steps(cost)
        every = self.validation_interval(cost)
        shape = ["--from", self.begin_from] if self.begin_from else ["--preset", self.preset]
        words = [
            *shape,
            "--steps", str(steps),
            "--validation-interval", str(every),
            "--checkpoint-interval", str(max(5, min(100, every))),
            "--log-interval", str(max(1, min(20, steps // 80))),
            "--sample-top-p", str(TOP_P),
        ]  # fmt: skip
        return words + ([] if self.limit_s is None else ["--seconds", str(self.limit_s)])

    def validation_interval(self, cost: Cost | None) -> int:
        """Updates between two validations: about twelve in a training, more in a long one."""
        return max(5, min(500, -(-self.steps(cost) // self._validations(cost))))

    def _validations(self, cost: Cost | None) -> int:
        """How many; fewer in a quick try whose validations take long."""
        fewest, most = _VALIDATIONS
        if self.amount != "quick" or cost is None:
            return most
        looks = int(_QUICK_SHARES[0] * QUICK_S / max(1e-6, cost.look_s))
        return max(fewest, min(most, looks))

    @property
    def preset(self) -> str:
        """Preset of a new model."""
        return PRESET[self.amount]


@dataclass(frozen=True)
class Plan:
    """A training that is about to begin, or that began once and may go on.

    Attributes:
        choice: What was chosen.
        name: What the model will be called.
        cost: What its parts take, as it was measured; None where it wasn't.
    """

    choice: Choice
    name: str
    cost: Cost | None = None

    @property
    def folder(self) -> Path:
        """Where the run lies until its model is in the list."""
        return trainings_folder() / self.name

    @property
    def can_go_on(self) -> bool:
        """Whether there is a checkpoint."""
        return (self.folder / "checkpoints" / "last.safetensors").is_file()

    def arguments(self, *, resume: bool = False) -> list[str]:
        """The command line after `fractalroll`."""
        own = ["--out", str(self.folder), "--add-as", self.name]
        options = [*self.choice.options(self.cost), *own]
        return ["train", self.choice.source, "--events", *options, *(["--resume"] * resume)]

    def keep(self) -> None:
        """Write the plan into its run's folder, so that it can go on after anything.

        Raises:
            PlanError: The disk refuses.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_text(self.folder / _PLAN, json.dumps(asdict(self), indent=2) + "\n")
        except OSError as err:
            raise PlanError(
                f"Can't begin a training in {self.folder} ({err.strerror or err}): make room there."
            ) from err


def trainings_folder() -> Path:
    """Where trainings lie that are not finished."""
    return Path(platformdirs.user_data_dir("fractalroll", appauthor=False)) / "trainings"


def unfinished_plans() -> list[Plan]:
    """Trainings that broke off and can go on, the latest first; what can't be read is left out."""
    folder = trainings_folder()
    files = list(folder.glob(f"*/{_PLAN}")) if folder.is_dir() else []
    plans = [_read(path) for path in sorted(files, key=_age)]
    return [plan for plan in plans if plan is not None and plan.can_go_on]


def _age(path: Path) -> float:
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path) -> Plan | None:
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        choice = Choice(**data["choice"])
        cost = data.get("cost")
        plan = Plan(choice, str(data["name"]), None if cost is None else Cost.of(cost))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return plan if plan.name == path.parent.name and choice.amount in AMOUNTS else None
