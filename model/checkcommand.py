"""`fractalroll train --check`: the newcomer's test."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from model.commandline import finish, say

if TYPE_CHECKING:
    from model.cache import Cache
    from model.check import KindReport

_PIECES = 12
_NAMES = {"ar": "AR levels ", "mar": "MAR levels"}


def run_check(arguments: argparse.Namespace) -> int:
    """Train two tiny generators and say how they fared.

    Returns:
        0: both learnt and make music. 1: one didn't; the signs of trouble are named.

    Raises:
        ModelError: the folders hold no music.
    """
    from model.check import MUSIC_LIMITS, TUNE_LIMITS, check_training

    begun = time.perf_counter()
    if arguments.threads:
        import torch

        torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory(prefix="fractalroll-check-") as scratch:
        cache = _pieces(arguments.folders, Path(scratch))
        limits = MUSIC_LIMITS if arguments.folders else TUNE_LIMITS
        reports = check_training(cache, Path(scratch) / "runs", limits)
    seconds = time.perf_counter() - begun
    for report in reports:
        _say_report(report)
    passed = all(report.passed for report in reports)
    say(f"{'this machine can train' if passed else 'training is in trouble'} ({seconds:.0f} s)")
    kinds = {report.kind: report.to_json() for report in reports}
    finish({"passed": passed, "seconds": round(seconds, 2), **kinds}, as_json=arguments.json)
    return 0 if passed else 1


def _pieces(folders: list[str], scratch: Path) -> Cache:
    """A handful of pieces: some of the folders' files, or tunes made on the spot."""
    from model.cache import build_cache
    from model.midifile import write_midi
    from model.musicsource import music_source
    from model.songfiles import find_songs
    from model.tunes import make_tunes

    if folders:
        found = find_songs(music_source(folders))
        chosen = found[:: max(1, len(found) // _PIECES)][:_PIECES]
        source = [(song.path, song.style) for song in chosen]
    else:
        (scratch / "tunes").mkdir()
        paths = [scratch / "tunes" / f"tune-{number:02}.mid" for number in range(_PIECES)]
        for path, tune in zip(paths, make_tunes(_PIECES), strict=True):
            write_midi(tune, path)
        source = [(path, "tunes") for path in paths]
    return build_cache(source, scratch / "cache", workers=0, progress=False)


def _say_report(report: KindReport) -> None:
    verdict = "learns" if report.passed else "FAILS"
    say(
        f"{_NAMES[report.kind]}: {verdict}; loss {report.loss:.2f} (limit {report.limit:.2f}) nats"
        f" per frame after {report.steps} steps; {report.notes} notes, {report.sounding_share:.1%}"
        f" of cells sound; {report.seconds:.0f} s"
    )
    for sign in report.signs:
        say(f"  sign of trouble: {sign}")
