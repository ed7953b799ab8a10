"""Converting files here and in worker processes, and what happens when a worker dies."""

import os
from collections.abc import Callable, Iterator

import pytest

from model.conversion import ConversionSettings, Converted, content_hash, convert, convert_all
from tests.model.rolls import midi_bytes, note_off, note_on, simple_song

SETTINGS = ConversionSettings()


class DeadlyBytes(bytes):
    """Bytes that kill the worker process that unpickles them."""

    def __reduce__(self) -> tuple[Callable[[int], None], tuple[int]]:
        return os._exit, (1,)


def songs(count: int) -> list[bytes]:
    return [simple_song(pitch=20 + k, notes=4 + k) for k in range(count)]


def as_tuples(converted: Iterator[Converted]) -> list[tuple[str, str, bytes]]:
    return [
        (one.record.content, one.record.refused, b"" if one.cells is None else one.cells.tobytes())
        for one in converted
    ]


def test_a_song_is_described_by_its_cells() -> None:
    one = convert(simple_song(pitch=60, notes=8), SETTINGS)
    assert one.cells is not None
    assert one.cells.shape == (32, 128)
    record = one.record
    assert (record.steps, record.onsets, record.first_onset) == (32, 8, 0)
    assert record.metres == ((0, 4, 4),)
    assert record.content == content_hash(simple_song(pitch=60, notes=8))


def test_what_cannot_be_read_is_refused_with_a_reason() -> None:
    one = convert(b"not music", SETTINGS)
    assert one.cells is None
    assert "isn't a MIDI file" in one.record.refused


def test_drums_alone_are_refused_unless_asked_for() -> None:
    drums = midi_bytes([note_on(36, 0, channel=9), note_off(36, 100, 9)])
    assert "no notes besides drums" in convert(drums, SETTINGS).record.refused
    assert convert(drums, ConversionSettings(drums=True)).record.onsets == 1


def test_workers_convert_the_same_in_the_same_order() -> None:
    contents = [*songs(40), b"not music", *songs(3)]
    here = as_tuples(convert_all(contents, SETTINGS, 0))
    assert as_tuples(convert_all(contents, SETTINGS, 2)) == here
    assert len(here) == 44


def test_few_files_are_not_worth_workers_and_none_at_all_are_no_trouble() -> None:
    assert as_tuples(convert_all(songs(3), SETTINGS, None)) == as_tuples(
        convert_all(songs(3), SETTINGS, 0)
    )
    assert list(convert_all([], SETTINGS, 2)) == []


def test_contents_are_only_read_as_far_ahead_as_workers_need() -> None:
    read = []

    def contents() -> Iterator[bytes]:
        for k in range(2000):
            read.append(k)
            yield simple_song(notes=1 + k % 5)

    converted = convert_all(contents(), SETTINGS, 1)
    next(converted)
    assert len(read) < 200
    converted.close()


def test_a_file_that_kills_its_worker_is_refused_and_the_others_go_on() -> None:
    good = songs(20)
    deadly = DeadlyBytes(b"deadly")
    found = list(convert_all([*good[:5], deadly, *good[5:]], SETTINGS, 1))
    assert [one.record.content for one in found] == [
        content_hash(data) for data in [*good[:5], deadly, *good[5:]]
    ]
    assert ["crashed" in one.record.refused for one in found] == [k == 5 for k in range(21)]


@pytest.mark.parametrize("workers", [0, 1])
def test_an_error_of_the_reader_reaches_the_caller(workers: int) -> None:
    def contents() -> Iterator[bytes]:
        yield from songs(2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(convert_all(contents(), SETTINGS, workers))
