import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import fractalroll
from export.errors import GraphError
from model.bundle import load_bundle, save_bundle
from model.bundleinfo import Card, DataSource, read_info
from model.fractal import Fractal
from model.midifile import read_midi
from tests.model.training_parts import tiny_config, write_tunes

Call = Callable[..., tuple[int, dict[str, Any], str]]
SHORT = (
    "--steps", "4", "--batch-size", "2", "--window-steps", "32", "--validation-windows", "2",
    "--checkpoint-interval", "2", "--log-interval", "2", "--threads", "1", "--accelerator", "cpu",
)  # fmt: skip


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command with --json: exit code, the JSON object, all that was said."""

    def run(*words: object) -> tuple[int, dict[str, Any], str]:
        code = fractalroll.main([*map(str, words), "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out.splitlines()[-1]), said.out + said.err

    return run


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tunes(tmp_path_factory.mktemp("music"))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundles") / "tiny"
    save_bundle(path, Fractal(tiny_config()), Card(name="tiny"))
    return path


def model_file(folder: Path) -> Path:
    path = folder / "model.json"
    path.write_text(tiny_config(styles=()).to_json())
    return path


def train(call: Call, folder: Path, music: Path, *words: object) -> tuple[int, dict[str, Any], str]:
    return call(
        "train", music, "--config", model_file(folder), "--out", folder / "run",
        "--cache", folder / "cache", *SHORT, *words,
    )  # fmt: skip


def test_train_leaves_a_bundle_with_a_card(call: Call, music: Path, tmp_path: Path) -> None:
    told = {
        "name": "first",
        "licence": "CC0-1.0",
        "data": [{"name": "tunes", "licence": "MIT", "source": "made here"}],
    }
    (tmp_path / "told.json").write_text(json.dumps(told))
    code, report, said = train(call, tmp_path, music, "--card", tmp_path / "told.json")
    assert code == 0
    assert (report["end"], report["steps"], report["total_steps"]) == ("finished", 4, 4)
    assert "3 to train on, 1 to validate, 1 to test" in said
    found = load_bundle(report["bundle"]).info
    assert (found.card.name, found.card.licence) == ("first", "CC0-1.0")
    assert found.card.data == (DataSource("tunes", 3, "MIT", "made here"),)
    assert found.card.figures["validation, nats per frame"] == report["best_loss"]
    assert found.card.command.startswith("fractalroll ")
    assert found.config.styles == ("tunes",)
    assert report["graphs"] is True
    code, made, _ = call(
        "generate", report["bundle"], "--engine", "onnx", "--bars", 1, "--out", tmp_path / "a.mid"
    )
    assert (code, made["engine"]) == (0, "onnx (cpu)")


def test_what_was_trained_plays_without_graphs_where_they_can_not_be(
    call: Call, music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(bundle: Path, **options: object) -> None:
        raise GraphError(f"can't write the graphs to {bundle}: disk full")

    monkeypatch.setattr("export.exporter.export_bundle", fail)
    code, report, said = train(call, tmp_path, music)
    assert (code, report["graphs"]) == (0, False)
    assert "no graphs: can't write the graphs" in said
    code, made, _ = call("generate", report["bundle"], "--bars", 1, "--out", tmp_path / "a.mid")
    assert (code, made["engine"]) == (0, "torch (cpu)")


def test_graphs_can_be_left_out(call: Call, music: Path, tmp_path: Path) -> None:
    code, report, _ = train(call, tmp_path, music, "--no-graphs")
    assert code == 0
    assert "graphs" not in report
    assert not list(Path(report["bundle"]).glob("*.onnx"))


@pytest.mark.parametrize(
    ("told", "phrase"),
    [
        ("{", "no JSON"),
        ('{"colour": 1}', "a card can be told"),
        ('{"data": [{"name": "symphonies"}]}', "the names are tunes"),
    ],
)
def test_a_card_that_cannot_be_told_so_stops_before_training(
    call: Call, music: Path, tmp_path: Path, told: str, phrase: str
) -> None:
    (tmp_path / "told.json").write_text(told)
    code, report, _ = train(call, tmp_path, music, "--card", tmp_path / "told.json")
    assert code == 1
    assert phrase in report["error"]
    assert not (tmp_path / "run").exists()


def test_train_resumes_and_may_go_further(call: Call, music: Path, tmp_path: Path) -> None:
    train(call, tmp_path, music)
    code, report, _ = call(
        "train", music, "--resume", "--out", tmp_path / "run", "--steps", 6,
        "--cache", tmp_path / "cache",
    )  # fmt: skip
    assert (code, report["steps"]) == (0, 6)


def test_train_refuses_to_change_a_run_that_it_resumes(
    call: Call, music: Path, tmp_path: Path
) -> None:
    train(call, tmp_path, music)
    code, report, said = call(
        "train", music, "--resume", "--out", tmp_path / "run", "--seed", 9,
        "--cache", tmp_path / "cache",
    )  # fmt: skip
    assert code == 1
    assert "can't change seed" in report["error"]
    assert said.count("can't change seed") == 2  # once for people, once for machines


def test_train_protects_a_run_before_it_reads_any_music(
    call: Call, music: Path, tmp_path: Path
) -> None:
    train(call, tmp_path, music)
    code, report, said = train(call, tmp_path, music)
    assert code == 1
    assert "--resume" in report["error"]
    assert "songs" not in said


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        ((), "needs a FOLDER"),
        (("nowhere",), "nothing is there"),
        (("{music}", "--preset", "huge"), "no preset 'huge'"),
        (("{music}", "--kinds", "ar"), "names 1 levels"),
        (("{music}", "--kinds", "ar,ar,no"), "kind is ar or mar"),
        (("{music}", "--config", "missing.json"), "can't read the model config"),
        (("{music}", "--steps", "9", "--epochs", "2"), "either steps or epochs"),
    ],
)
def test_train_says_in_one_line_what_is_wrong(
    call: Call, music: Path, tmp_path: Path, words: tuple[str, ...], phrase: str
) -> None:
    given = [word.format(music=music) for word in words]
    code, report, _ = call(
        "train", *given, "--out", tmp_path / "run", "--cache", tmp_path / "cache"
    )
    assert code == 1
    assert phrase in report["error"]
    assert "\n" not in report["error"]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("train", "x", "--steps", "0"),
        ("train", "x", "--ema-decay", "2"),
        ("generate", "--bars", "none"),
        ("generate", "--program", "128"),
        ("evaluate", "model-only"),
    ],
)
def test_a_command_line_that_is_wrong_exits_with_2(words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as stopped:
        fractalroll.main(words)
    assert stopped.value.code == 2


def test_generate_writes_music_and_its_picture(call: Call, bundle: Path, tmp_path: Path) -> None:
    out, picture = tmp_path / "a.mid", tmp_path / "a.png"
    code, report, _ = call(
        "generate", bundle, "--bars", 2, "--out", out, "--picture", picture, "--seed", 3,
        "--tempo", 90, "--metre", "3/4", "--key", "Am", "--density", 4, "--style", "tunes",
        "--guidance", 1.5, "--guidance-schedule", "linear", "--top-p", 0.9, "--program", 12,
    )  # fmt: skip
    assert code == 0
    roll = read_midi(out)
    assert roll.steps == report["steps"] == 24
    assert (roll.metres[0].numerator, roll.metres[0].denominator) == (3, 4)
    assert roll.tempos[0].bpm == pytest.approx(90, rel=1e-3)
    assert roll.parts[0].program == 12
    assert [len(roll.notes())] == report["notes"]
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert report["files"] == [str(out), str(picture)]


def test_the_same_seed_generates_the_same_notes(call: Call, bundle: Path, tmp_path: Path) -> None:
    rolls = []
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        out = tmp_path / f"{name}.mid"
        call("generate", bundle, "--bars", 1, "--out", out, "--seed", seed)
        rolls.append(read_midi(out))
    assert rolls[0].same_as(rolls[1])
    assert not rolls[0].same_as(rolls[2])


def test_a_seed_that_is_not_given_is_new_and_told(call: Call, bundle: Path, tmp_path: Path) -> None:
    seeds = [
        call("generate", bundle, "--bars", 1, "--out", tmp_path / "a.mid")[1]["seed"]
        for _ in range(2)
    ]
    assert seeds[0] != seeds[1]


def test_several_pieces_are_numbered(call: Call, bundle: Path, tmp_path: Path) -> None:
    _, report, _ = call("generate", bundle, "--bars", 1, "--out", tmp_path / "a.mid", "--count", 2)
    assert [Path(path).name for path in report["files"]] == ["a-1.mid", "a-2.mid"]
    assert all(Path(path).exists() for path in report["files"])


def test_generate_goes_on_from_a_prompt(
    call: Call, bundle: Path, music: Path, tmp_path: Path
) -> None:
    prompt, out = music / "tune-0.mid", tmp_path / "whole.mid"
    _, report, _ = call("generate", bundle, "--bars", 1, "--prompt", prompt, "--out", out)
    begun, whole = read_midi(prompt).merged(), read_midi(out)
    assert report["steps"] == 16
    assert whole.steps == begun.steps + 16
    assert whole.slice_steps(0, begun.steps).merged().same_as(begun)


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        (("{bundle}", "--style", "polka"), "no style 'polka'"),
        (("{bundle}", "--key", "H"), "key 'H' is unknown"),
        (("{bundle}", "--metre", "3/5"), "metre '3/5'"),
        (("{bundle}", "--temperature", "-1"), "temperature"),
        (("{bundle}", "--prompt", "missing.mid"), "missing.mid"),
        (("no-such-model",), "there is no model at no-such-model"),
    ],
)
def test_generate_says_what_is_wrong(
    call: Call, bundle: Path, tmp_path: Path, words: tuple[str, ...], phrase: str
) -> None:
    given = [word.format(bundle=bundle) for word in words]
    code, report, _ = call("generate", *given, "--out", tmp_path / "a.mid")
    assert code == 1
    assert phrase in report["error"]
    assert not (tmp_path / "a.mid").exists()


@pytest.mark.parametrize("option", ["--out", "--picture"])
def test_generate_sees_a_missing_folder_before_it_makes_anything(
    call: Call, tmp_path: Path, option: str
) -> None:
    path = tmp_path / "gone" / "a.file"
    code, report, _ = call("generate", "no-such-model", option, path)
    assert code == 1
    assert str(path) in report["error"]


def test_generate_takes_the_threads_it_is_given(call: Call, bundle: Path, tmp_path: Path) -> None:
    before = torch.get_num_threads()
    try:
        call("generate", bundle, "--bars", 1, "--out", tmp_path / "a.mid", "--threads", 2)
        assert torch.get_num_threads() == 2
        call("generate", bundle, "--bars", 1, "--out", tmp_path / "b.mid")
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


def test_evaluate_reports_likelihood_and_figures(
    call: Call, bundle: Path, music: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "beside.png"
    code, report, said = call(
        "evaluate", bundle, music, "--bars", 8, "--cache", tmp_path / "cache", "--update-card",
        "--picture", picture, "--threads", 1,
    )  # fmt: skip
    assert code == 0
    likelihood = report["likelihood"]
    assert (likelihood["kind"], likelihood["split"], likelihood["songs"]) == ("exact", "test", 1)
    assert likelihood["nats_per_frame"]["value"] > 0
    assert report["real"]["rolls"] == report["generated"]["rolls"] == 1
    assert "nats per note  (exact)" in said
    assert "scale consistency" in said
    assert picture.exists()
    figures = read_info(bundle).card.figures
    assert figures["test, nats per frame (exact)"] == likelihood["nats_per_frame"]


def test_evaluate_can_be_quick(call: Call, bundle: Path, music: Path, tmp_path: Path) -> None:
    code, report, _ = call(
        "evaluate", bundle, music, "--bars", 0, "--songs", 1, "--split", "train",
        "--tell", "metre", "--cache", tmp_path / "cache",
    )  # fmt: skip
    assert code == 0
    assert "generated" not in report
    assert report["likelihood"]["told"] == ["metre"]


def test_evaluate_knows_what_can_be_told(
    call: Call, bundle: Path, music: Path, tmp_path: Path
) -> None:
    code, report, _ = call("evaluate", bundle, music, "--tell", "mood")
    assert code == 1
    assert "not mood" in report["error"]
