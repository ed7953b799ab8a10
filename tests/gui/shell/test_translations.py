"""The translations are whole: every word of the window is in them, with its places to fill in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scripts import translations

PLACES = re.compile(r"\{[^}]*\}")


@pytest.fixture(scope="module", params=translations.LANGUAGES)
def collected(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A language's words as they are, brought up to date with the sources."""
    name = f"fractalroll_{request.param}.ts"
    path = tmp_path_factory.mktemp("words") / name
    shutil.copyfile(translations.FOLDER / name, path)
    translations.collect(path)
    return path


def messages(path: Path) -> list[tuple[str, str]]:
    """Words and their translation, empty where there is none."""
    found = []
    for message in ElementTree.parse(path).getroot().iter("message"):  # noqa: S314 - our own file
        source, translation = message.findtext("source"), message.findtext("translation")
        found.append((source or "", translation or ""))
    return found


def test_every_word_of_the_window_is_translated(collected: Path) -> None:
    missing = [source for source, translation in messages(collected) if not translation]
    assert not missing, "run `python scripts/translations.py` and fill these in"
    assert len(messages(collected)) > 400


def test_a_translation_fills_in_what_the_words_do(collected: Path) -> None:
    filled = [one for one in messages(collected) if one[1]]
    for source, translation in filled:
        assert sorted(PLACES.findall(source)) == sorted(PLACES.findall(translation)), source


def test_what_the_window_reads_was_made_of_these_words(collected: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.qm"
    kept = translations.FOLDER / collected.name
    translations.release(kept, made)
    assert made.read_bytes() == kept.with_suffix(".qm").read_bytes(), (
        "run `python scripts/translations.py --release`"
    )


def test_texts_behind_a_function_of_a_module_s_own_are_found() -> None:
    assert 'translate("RollEdits", "Draw note")' in translations.written_out()
