"""Who was connected to our own input: the next one of that name hears them again.

There is one input of our own on a system, whoever in this process opens it, so this is kept for the
process. What is kept can be handed to another process that opens the input in our stead.
"""

import threading
from collections.abc import Collection, Mapping

_lock = threading.Lock()
_names: dict[str, frozenset[str]] = {}


def keep(system: str, names: Collection[str]) -> None:
    """These are connected to our input on a system, or left while they were."""
    with _lock:
        _names[system] = frozenset(names)


def recall(system: str) -> list[str]:
    """Who is to be connected to our input on a system."""
    with _lock:
        return sorted(_names.get(system, ()))


def all_names() -> dict[str, list[str]]:
    """Everybody, by system: for another process."""
    with _lock:
        return {system: sorted(names) for system, names in _names.items()}


def take_over(names: Mapping[str, Collection[str]]) -> None:
    """What another process told with `all_names`."""
    for system, some in names.items():
        keep(str(system), [str(name) for name in some])
