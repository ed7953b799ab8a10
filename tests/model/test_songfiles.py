"""Finding MIDI files, their styles and their splits."""

from pathlib import Path

import pytest

from model.errors import CacheError
from model.songfiles import SongFile, SplitLists, find_songs, split_by_hash


def touched(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")


def found(root: Path) -> list[tuple[str, str]]:
    return [(song.path.relative_to(root).as_posix(), song.style) for song in find_songs(root)]


def test_files_are_found_in_all_folders_below_and_sorted(tmp_path: Path) -> None:
    touched(tmp_path, "b/deep/er/2.MID", "a/1.midi", "0.mid", "a/notes.txt", "a/1.mid.bak")
    assert found(tmp_path) == [
        ("0.mid", tmp_path.name),
        ("a/1.midi", "a"),
        ("b/deep/er/2.MID", "b"),
    ]


def test_a_folder_just_called_mid_is_no_style(tmp_path: Path) -> None:
    touched(tmp_path, "mid/1.mid", "folk/midi/2.mid", "midi/folk/3.mid")
    assert [style for _, style in found(tmp_path)] == ["folk", tmp_path.name, "folk"]


def test_pairs_of_path_and_style_keep_their_styles(tmp_path: Path) -> None:
    touched(tmp_path, "x/y/1.mid", "2.mid")
    songs = find_songs([(tmp_path / "x", "folk"), (tmp_path / "2.mid", "jazz")])
    assert [(song.path.name, song.style) for song in songs] == [
        ("1.mid", "folk"),
        ("2.mid", "jazz"),
    ]


def test_a_folder_that_contains_itself_by_a_link_is_entered_once(tmp_path: Path) -> None:
    touched(tmp_path, "a/1.mid")
    try:
        (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        return  # Windows without the right to make links: there can be no such folder
    assert [path for path, _ in found(tmp_path)] == ["a/1.mid"]


def test_linked_folders_of_music_are_followed(tmp_path: Path) -> None:
    touched(tmp_path, "elsewhere/1.mid", "root/readme.txt")
    try:
        (tmp_path / "root" / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    except OSError:
        return
    assert found(tmp_path / "root") == [("linked/1.mid", "linked")]


def test_a_folder_without_music_is_named(tmp_path: Path) -> None:
    with pytest.raises(CacheError, match="no MIDI files"):
        find_songs(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CacheError, match="nothing is there"):
        find_songs(tmp_path / "none")


def test_the_hash_split_is_stable_and_about_90_5_5() -> None:
    contents = [f"{k * 0x9E3779B97F4A7C15 % 2**64:016x}" + "0" * 16 for k in range(2000)]
    splits = [split_by_hash(content) for content in contents]
    assert splits == [split_by_hash(content) for content in contents]
    assert 0.88 < splits.count("train") / 2000 < 0.92
    assert 0.04 < splits.count("valid") / 2000 < 0.06


def song(root: Path, name: str) -> SongFile:
    return SongFile(root / name, "style", root)


def test_lists_name_files_relative_to_themselves_or_to_mid(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("one.mid\n\n# a remark\nsub/two.mid\n")
    (tmp_path / "test.txt").write_text("mid/three.mid\r\n")
    lists = SplitLists()
    splits = [
        lists.split_of(song(tmp_path, name))
        for name in ("mid/one.mid", "sub/two.mid", "mid/three.mid", "one.mid", "four.mid")
    ]
    assert splits == ["train", "train", "test", "train", None]


def test_the_nearest_lists_count(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "train.txt").write_text("inner/1.mid\n2.mid\n")
    (tmp_path / "inner" / "valid.txt").write_text("1.mid\n")
    lists = SplitLists()
    assert lists.split_of(song(tmp_path, "inner/1.mid")) == "valid"
    assert lists.split_of(song(tmp_path, "2.mid")) == "train"


def test_lists_above_the_root_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "train.txt").write_text("root/1.mid\n")
    assert SplitLists().split_of(song(tmp_path / "root", "1.mid")) is None


def test_a_name_in_several_lists_is_held_out(tmp_path: Path) -> None:
    for split in ("train", "valid", "test"):
        (tmp_path / f"{split}.txt").write_text("1.mid\n")
    assert SplitLists().split_of(song(tmp_path, "1.mid")) == "test"


def test_a_list_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CacheError, match=r"train\.txt"):
        SplitLists().split_of(song(tmp_path, "1.mid"))
