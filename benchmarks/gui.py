"""How smooth the window is: frames of the piano roll with 50,000 notes, and how late its loop is.

    python benchmarks/gui.py [--quick] [--json] [--notes 50000]

See `window.py` beside this file. It lies there because this file's own name hides the room `gui`
from everything that is found beside it.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:] = [str(HERE.parent), *(path for path in sys.path if path != str(HERE)), str(HERE)]

from window import main  # noqa: E402 - only found once the room comes before this folder

if __name__ == "__main__":
    sys.exit(main())
