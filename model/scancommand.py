"""`fractalroll train --scan`: what a folder of music holds, without waking up torch."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from model.commandline import finish, say
from model.musicscan import describe_music
from model.musicsource import open_music
from model.trainoptions import model_config_of, training_config

if TYPE_CHECKING:
    from model.cache import Cache
    from model.childtalk import Talk
    from model.config import ModelConfig

_TOLD_S = 0.1
"""Between two lines about the files that were looked at."""


def open_told(arguments: argparse.Namespace, config: ModelConfig, talk: Talk | None) -> Cache:
    """The music of a command line; `talk` hears how far the reading is.

    Raises:
        ModelError: as `model.musicsource.open_music`.
    """
    if talk is None:
        return open_music(arguments, config)
    last_s = 0.0

    def told(done: int, total: int) -> None:
        nonlocal last_s
        if done == total or time.monotonic() - last_s > _TOLD_S:
            last_s = time.monotonic()
            talk.say({"reading": [done, total]})

    talk.say({"reading": [0, 0]})
    return open_music(arguments, config, told)


def run_scan(arguments: argparse.Namespace, talk: Talk | None) -> int:
    """Say what a folder holds; 0."""
    config = model_config_of(arguments)
    settings = training_config(arguments)
    cache = open_told(arguments, config, talk)
    found = describe_music(cache, settings.window_steps, settings.hop_steps)
    if talk is not None:
        talk.say({"done": found})
        return 0
    say(f"{found['songs']} songs, {found['minutes']} minutes, {found['bars']} bars of music")
    for path, reason in found["refusals"]:
        say(f"refused {path}: {reason}")
    if found["duplicates"]:
        say(f"{found['duplicates']} files hold the same as another one")
    finish(found, as_json=arguments.json)
    return 0
