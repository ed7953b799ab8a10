"""Which tests of the bridge are there to be collected."""

import sys

# `jackd -d dummy` is how ports are tested without hardware, and it is only there on Linux.
collect_ignore = [] if sys.platform == "linux" else ["test_ports.py", "test_silence.py"]
