"""Ending well: every step is tried, whatever the one before it came to."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable


def try_all(*steps: Callable[[], object]) -> bool:
    """Take every step in turn; what one of them raises is written to stderr, and the next is taken.

    A window that closes can tell nobody any more, and a child process that was not closed because
    something else broke would go on for good.

    Returns:
        Whether all went well.
    """
    well = True
    for step in steps:
        try:
            step()
        except Exception:  # whatever it is, the next step has to be taken
            well = False
            traceback.print_exc(file=sys.stderr)
    return well
