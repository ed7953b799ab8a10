"""How fast a folder of MIDI files becomes a cache, and that memory doesn't grow with the folder.

    python benchmarks/cache.py [--quick] [--json] [--folder MUSIC] [--workers 2]

Without `--folder` it writes its own music: as many files as POP909 has (909), each of three tracks,
1,680 notes and 83 bars, like one of its songs. Every building runs in a fresh process, whose peak
memory is its own. `grown` is a folder of the same songs ten times (each with another content).
Windows are drawn at random from the finished cache, as training does.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from model.cache import Cache, build_cache, shift_range, transpose
from model.midifile import write_midi
from model.roll import Note, NoteArray, Part, Roll

SONGS, QUICK_SONGS = 909, 150
GROWTH = 10
NOTES, BARS, TRACKS = 1680, 83, 3
WINDOWS = 2000
NAME = b"Song 0000000"  # in every file; other digits make another content


@dataclass(frozen=True)
class Building:
    """One building of a cache in a process of its own.

    Attributes:
        files: Songs that it holds in the end.
        steps: Their length together.
        seconds: From the call to the finished cache, starting workers included.
        files_per_s: The same as a rate.
        again_s: What a second call takes, which finds everything done.
        peak_mib: Peak resident memory of the building process; None where it can't be asked.
        base_mib: The same just before building: Python, NumPy and symusic themselves.
        disk_mib: Size of the cache.
    """

    files: int
    steps: int
    seconds: float
    files_per_s: float
    again_s: float
    peak_mib: float | None
    base_mib: float | None
    disk_mib: float


def main() -> int:
    """Measure and print, JSON as the last line if asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SONGS} songs, not {SONGS}")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--folder", type=Path, help="measure this music instead of our own")
    parser.add_argument("--workers", type=int, default=2, help="processes that convert")
    parser.add_argument("--child", nargs=2, metavar=("MUSIC", "CACHE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        music, place = map(Path, arguments.child)
        print(json.dumps(asdict(built(music, place, arguments.workers))))
        return 0
    with tempfile.TemporaryDirectory(prefix="fractalroll-cache-") as scratch:
        result = measure(Path(scratch), arguments)
    if arguments.json:
        print(json.dumps(result))
    return 0


def measure(place: Path, arguments: argparse.Namespace) -> dict[str, object]:
    """Build the caches, read windows, and tell what was found."""
    result: dict[str, object] = {"workers": arguments.workers, "processors": os.cpu_count()}
    music = arguments.folder
    songs = QUICK_SONGS if arguments.quick else SONGS
    if music is None:
        music = place / "music"
        write_songs(music, songs)
    result["folder"] = asdict(told("folder", build(music, place / "cache", arguments.workers)))
    if arguments.folder is None:
        write_songs(place / "grown", songs * GROWTH)
        grown = build(place / "grown", place / "grown-cache", arguments.workers)
        result["grown"] = asdict(told(f"the folder {GROWTH} times", grown))
    windows = windows_read(Cache.open(place / "cache"))
    print("windows: " + ", ".join(f"{name} {value}" for name, value in windows.items()))
    return result | {"windows": windows}


def told(name: str, one: Building) -> Building:
    """Print a building and hand it on."""
    memory = "unknown" if one.peak_mib is None else f"{one.base_mib} -> {one.peak_mib} MiB"
    print(
        f"{name}: {one.files} files, {one.steps} steps in {one.seconds} s ({one.files_per_s}/s), "
        f"again {one.again_s} s, memory {memory}, disk {one.disk_mib} MiB"
    )
    return one


def build(music: Path, cache: Path, workers: int) -> Building:
    """Build a cache in a fresh process."""
    command = [sys.executable, __file__, "--child", str(music), str(cache)]
    command += ["--workers", str(workers)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Building(**json.loads(done.stdout.splitlines()[-1]))


def built(music: Path, place: Path, workers: int) -> Building:
    """Build a cache in this process and measure it."""
    base = peak_memory_mib()
    begin = time.perf_counter()
    cache = build_cache(music, place, workers=workers)
    seconds = time.perf_counter() - begin
    peak = peak_memory_mib()
    begin = time.perf_counter()
    build_cache(music, place, workers=workers, progress=False)
    again = time.perf_counter() - begin
    size = sum(path.stat().st_size for path in cache.folder.iterdir())
    return Building(
        files=len(cache.songs),
        steps=sum(song.steps for song in cache.songs),
        seconds=round(seconds, 3),
        files_per_s=round(len(cache.songs) / seconds, 1),
        again_s=round(again, 3),
        peak_mib=peak,
        base_mib=base,
        disk_mib=round(size / 2**20, 1),
    )


def windows_read(cache: Cache) -> dict[str, float]:
    """Microseconds to read and to transpose a window, mean over many at random places."""
    windows = cache.windows(("train", "valid", "test"))
    rng = random.Random(1)
    chosen = [rng.randrange(len(windows)) for _ in range(WINDOWS)]
    begin = time.perf_counter()
    read = [windows[index] for index in chosen]
    middle = time.perf_counter()
    for window in read:
        transpose(window, min(1, shift_range(window)[1]))
    end = time.perf_counter()
    return {
        "count": len(windows),
        "read_us": round(1e6 * (middle - begin) / WINDOWS, 1),
        "transpose_us": round(1e6 * (end - middle) / WINDOWS, 1),
    }


def write_songs(folder: Path, count: int) -> None:
    """Write songs that sound alike but differ in content, and so in hash."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(1)
    steps = 16 * BARS
    notes = NoteArray(
        onset_steps=rng.integers(0, steps - 16, NOTES),
        part=rng.integers(0, TRACKS, NOTES),
        pitch=rng.integers(36, 84, NOTES),
        duration_steps=rng.integers(1, 9, NOTES),
        velocity=rng.integers(40, 120, NOTES),
    )
    last = [Note(steps - 4, 0, 60, 4, 80)]
    parts = [Part(NAME.decode(), 0), *[Part("Piano", k) for k in range(1, TRACKS)]]
    model = folder / "model.mid"
    write_midi(Roll.from_notes([*notes.to_notes(), *last], steps, parts=parts), model)
    data = model.read_bytes()
    model.unlink()
    for k in range(count):
        (folder / f"{k}.mid").write_bytes(data.replace(NAME, b"Song %07d" % k))


def peak_memory_mib() -> float | None:
    """Peak resident memory of this process in MiB."""
    if sys.platform == "win32":
        return None  # asked of the task manager there; Python has no call for it
    import resource

    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB on Linux
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20, 1)


if __name__ == "__main__":
    sys.exit(main())
