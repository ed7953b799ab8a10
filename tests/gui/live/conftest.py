"""Real ports are tested on JACK's dummy server, which is only there on Linux."""

import sys

collect_ignore = [] if sys.platform == "linux" else ["test_liveports.py", "test_togetherports.py"]
