"""The commands of this room as the front door wants them; each lives in a module of its own."""

from model.evaluatecommand import add_evaluate_parser, run_evaluate
from model.generatecommand import add_generate_parser, run_generate
from model.traincommand import add_train_parser, run_train

__all__ = [
    "add_evaluate_parser",
    "add_generate_parser",
    "add_train_parser",
    "run_evaluate",
    "run_generate",
    "run_train",
]
