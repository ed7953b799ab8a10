"""Another program in an Ableton Link session, straight on the library, for tests.

    python -m tests.bridge.sync.linkpeer BPM

It joins at BPM and prints a JSON line every 10 ms: the frame of the JACK server that its
environment names, its beat then, its tempo, whether the session plays, how many others there are,
and how many frames the reading took. Lines on stdin: `bpm NUMBER`, `play`, `stop`. It ends with its
stdin.
"""

import asyncio
import json
import sys
import threading

import aalink

from bridge.ports.jackapi import open_client

_EVERY_S = 0.01
_TRIES = 5
_QUANTUM = 4.0


def obey(peer: aalink.Link, words: list[str]) -> None:
    """One order."""
    if words[0] == "bpm":
        peer.tempo = float(words[1])
    elif words[0] in ("play", "stop"):
        peer.playing = words[0] == "play"


async def tell(bpm: float) -> None:
    """Take part until stdin ends."""
    client = open_client("Link peer")
    client.activate()
    peer = aalink.Link(bpm)
    peer.quantum, peer.start_stop_sync_enabled, peer.enabled = _QUANTUM, True, True
    ended = threading.Event()

    def read() -> None:
        for line in sys.stdin:
            obey(peer, line.split())
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    while not ended.is_set():
        readings = []
        for _ in range(_TRIES):
            before = client.frame_time
            beat = peer.beat
            readings.append((client.frame_time - before, before, beat))
        took, before, beat = min(readings)
        line = [before + took / 2, beat, peer.tempo, peer.playing, peer.num_peers, took]
        print(json.dumps(line), flush=True)
        await asyncio.sleep(_EVERY_S)
    peer.enabled = False
    client.deactivate()
    client.close()


if __name__ == "__main__":
    asyncio.run(tell(float(sys.argv[1])))
