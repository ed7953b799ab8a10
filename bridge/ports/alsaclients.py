"""Who listens on ALSA's sequencer, from the list of clients that the kernel shows as text.

RtMidi doesn't tell. The kernel's file names each client, its ports, and below each port what it is
connected to (sound/core/seq/seq_clientmgr.c, `snd_seq_info_clients_read`).
"""

import re
from pathlib import Path

CLIENTS = Path("/proc/asound/seq/clients")
_CLIENT = re.compile(r'^Client\s+\d+ : "(.*)"')
_TO = "Connecting To:"


def listeners(client: str, path: Path = CLIENTS) -> int:
    """How many ports the ports of `client` are connected to; -1 where that can't be read."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return -1
    count, ours = 0, False
    for line in lines:
        named = _CLIENT.match(line)
        if named is not None:
            ours = named[1] == client
        elif ours and line.strip().startswith(_TO):
            count += len(line.partition(_TO)[2].split(","))
    return count
