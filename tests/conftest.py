"""What every test gets: folders of its own instead of the user's, and time to be slow in."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from bridge.ports.dummyjack import DummyJack
from bridge.sound.soundfont import FONT_VARIABLE, NO_FONT

# Several tests run at once, each in a process of its own: threads inside them would only wait for
# each other, on a busy machine a hundred times longer than they compute. Read when torch loads.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A busy machine is no failure: how long an example takes is a benchmark's question.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# A shell that starts the tests in the background lets them ignore Ctrl-C, and with them all that
# they start; what Ctrl-C does is tested.
signal.signal(signal.SIGINT, signal.default_int_handler)


_SERVERS = frozenset({"jack_server", "killable_server"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what opens ports on a JACK server of its own where there is none: off Linux.

    On Linux nothing is left out, and a test that takes such a server without the mark is an error.
    """
    marked = [item for item in items if item.get_closest_marker("ports") is not None]
    servers = [one for one in items if _SERVERS.intersection(getattr(one, "fixturenames", ()))]
    forgotten = sorted(item.nodeid for item in set(servers) - set(marked))
    if forgotten:
        raise pytest.UsageError(f"needs a JACK server and lacks the mark `ports`: {forgotten}")
    if sys.platform != "linux":
        config.hook.pytest_deselected(items=marked)
        items[:] = [item for item in items if item not in marked]


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the user's cache, settings and data folders lie in a temporary one."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        kinds = ("CACHE", "CONFIG", "DATA", "STATE")
        for name in (*(f"XDG_{kind}_HOME" for kind in kinds), "LOCALAPPDATA"):
            patch.setenv(name, str(home / name.lower()))
        patch.setenv(FONT_VARIABLE, NO_FONT)  # the built-in voice, whatever this machine has
        yield


@pytest.fixture(scope="session")
def jack_server() -> Iterator[DummyJack]:
    """A JACK server of our own, in periods of 5.3 ms, waiting for late clients."""
    with DummyJack(period=256) as server:
        yield server
