"""`fractalroll export`: a bundle's levels as ONNX graphs, checked against torch."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.commandline import add_json, finish, say

if TYPE_CHECKING:
    from export.exporter import ExportReport
    from model.commandline import Subparsers

_DESCRIPTION = """\
Write a trained model as ONNX graphs, which play without torch and much faster than it.

DIR becomes a whole bundle: config, weights, card, one graph for each part of the model, and a
manifest that says what goes in and comes out. Graphs take their weights from the bundle's own
weights.safetensors, so they are small; with --embed they hold the weights themselves. If DIR is the
model's own folder, the graphs are added there and nothing else is touched.

Before anything appears, the graphs are held against the torch model: names, axes and shapes, then
their answers, then notes out of the same noise. If they differ, nothing is written. That takes
torch (the training extra); playing what was written does not.
"""
_EPILOG = """\
examples:
  fractalroll export my-run/bundle --out my-run/bundle     add graphs to a model of your own
  fractalroll export default --out exported --json         the bundled model, for other programs
  fractalroll export my-run/bundle --out played --embed    graphs only, to give away
"""


def add_export_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Describe `fractalroll export`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "export",
        help="a model as ONNX graphs, to play without torch",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "model", nargs="?", metavar="MODEL", default="default",
        help="folder or name of a bundle (default: the bundled model)",
    )  # fmt: skip
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="DIR", help="folder of the exported bundle")
    add("--embed", action="store_true", help="let graphs hold the weights; no weights file then")
    add("--coarse-8bit", dest="eight_bit", action="store_true",
        help="level 0 in 8 bits: faster for one roll, not quite the same model")  # fmt: skip
    add("--replace", action="store_true", help="overwrite another bundle that is at DIR")
    add_json(parser)
    return parser


def run_export(arguments: argparse.Namespace, version: str | None = None) -> int:
    """Carry out `fractalroll export`.

    Args:
        arguments: as `add_export_parser` describes them.
        version: Fractalroll's, for the manifest.

    Raises:
        ModelError: what went wrong.
    """
    from tqdm import tqdm

    from export.exporter import export_bundle

    form = "{desc:42.42} {percentage:3.0f}% |{bar}| {elapsed}"
    with tqdm(total=1.0, bar_format=form, leave=False, disable=None) as bar:

        def show(what: str, share: float) -> None:
            bar.set_description_str(what, refresh=False)
            bar.update(share - bar.n)

        report = export_bundle(
            arguments.model,
            arguments.out,
            embed=arguments.embed,
            eight_bit=arguments.eight_bit,
            replace=arguments.replace,
            version=version,
            progress=show,
        )
    facts = report_facts(report)
    _tell(report, facts)
    finish(facts, as_json=arguments.json)
    return 0


def report_facts(report: ExportReport) -> dict[str, Any]:
    """The report for machines; sizes in bytes."""
    sizes = {entry.name: entry.bytes for entry in report.manifest.files}
    return {
        "bundle": str(report.path),
        "graphs": [
            {"name": graph.name, "file": graph.file, "bytes": sizes[graph.file]}
            for graph in report.manifest.graphs
        ],
        "weights": report.manifest.weights,
        "eight_bit": list(report.manifest.eight_bit),
        "bytes": report.bytes,
        "parity": asdict(report.manifest.parity),
        "errors": dict(report.errors),
        "seconds": round(report.seconds, 2),
    }


def _tell(report: ExportReport, facts: dict[str, Any]) -> None:
    """The report for people."""
    parity = report.manifest.parity
    for graph in facts["graphs"]:
        say(f"  {graph['file']:<20} {graph['bytes'] / 1e3:8.1f} kB")
    say(f"{len(facts['graphs'])} graphs in {report.path}, {report.bytes / 1e6:.1f} MB in all")
    ties = f", {parity.near_ties} near-ties" if parity.near_ties else ""
    say(
        f"checked against torch: logits within {parity.max_abs_logit_error:.1e} of"
        f" {parity.logits:,}, the same notes in {parity.patches + parity.whole_patches} patches"
        f"{ties}"
    )
