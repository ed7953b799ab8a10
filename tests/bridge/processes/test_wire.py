import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import PortError
from bridge.processes.wire import LineSplitter, decode_events, encode, encode_events


@given(
    st.lists(st.tuples(st.integers(0, 1 << 60), st.binary(min_size=1, max_size=3)), max_size=300),
    st.integers(1, 50),
)
def test_events_arrive_whole_however_the_pipe_cuts_them(
    events: list[tuple[int, bytes]], size: int
) -> None:
    stream = b"".join(encode_events("play", events))
    splitter = LineSplitter()
    lines = []
    for start in range(0, len(stream), size):
        lines += splitter.feed(stream[start : start + size])
    assert [event for line in lines for event in decode_events(line["play"])] == events


def test_lines_stay_short() -> None:
    lines = list(encode_events("play", [(tick, b"\x90\x40\x40") for tick in range(1000)]))
    assert len(lines) == 8
    assert max(map(len, lines)) < 4096


def test_a_line_that_is_not_finished_is_kept_back() -> None:
    splitter = LineSplitter()
    assert splitter.feed(encode({"cancel": 5})[:-1]) == []
    assert splitter.feed(b"\n") == [{"cancel": 5}]


@pytest.mark.parametrize("text", [b"Traceback\n", b"[1, 2]\n"])
def test_what_is_no_object_is_refused(text: bytes) -> None:
    with pytest.raises(PortError, match="JSON"):
        LineSplitter().feed(text)
