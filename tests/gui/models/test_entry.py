from __future__ import annotations

from gui.models.entry import read_entries
from gui.models.words import data_text, figure_text, headline, levels_text, short_count, summary
from model.bundleinfo import CONFIG, user_folder
from tests.gui.models.bundles import add_bundle


def test_the_bundled_model_comes_first_with_its_graphs() -> None:
    add_bundle("a waltz")
    first, second = read_entries()
    assert (first.name, first.shipped, first.has_graphs) == ("standard", True, True)
    assert (second.name, second.shipped, second.has_graphs) == ("a waltz", False, False)
    assert first.bytes > 3_000_000


def test_a_model_that_can_not_be_read_is_listed_with_its_fault() -> None:
    (user_folder() / "broken").mkdir(parents=True)
    (user_folder() / "broken" / CONFIG).write_text("{")
    broken = read_entries()[1]
    assert "can't read the model" in broken.fault
    assert summary(broken) == "can't be read"
    assert data_text(broken) == []


def test_graphs_that_can_not_be_read_are_no_graphs() -> None:
    (add_bundle("mine") / "manifest.json").write_text("[]")
    mine = read_entries()[1]
    assert not mine.has_graphs
    assert not mine.fault
    assert "manifest" in mine.graph_fault


def test_a_model_in_words() -> None:
    standard = read_entries()[0]
    assert summary(standard).startswith("3 levels · 1.7 M weights · ")
    assert standard.config is not None
    assert levels_text(standard.config) == [
        "1: patches of 128 × 1 cells, one after another (AR)",
        "2: patches of 16 × 1 cells, one after another (AR)",
        "3: single cells, one after another (AR)",
    ]
    assert data_text(standard)[0].startswith("mutopia · 474 songs · ")


def test_figures_in_words() -> None:
    assert headline({"value": 5.26181, "low": 4.968, "high": 5.5574}) == "5.262  (4.968 – 5.557)"
    assert headline({"mean": 2.0, "deviation": 0.25}) == "2.000 ± 0.250"
    assert headline({"rolls": 25}) == ""
    assert figure_text([0.25, 1]) == "0.25, 1"
    assert [short_count(n) for n in (12, 1_200, 3_400_000)] == ["12", "1.2 k", "3.4 M"]
