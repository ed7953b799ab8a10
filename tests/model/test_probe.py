import os
import time

import pytest

from model.probe import JsonObject, ProbeError, probe


def answer_among_noise() -> JsonObject:
    print("a library that talks")
    os.write(1, b"and one that talks below Python\n")
    return {"colour": os.environ.get("FRACTALROLL_TEST_COLOUR"), "pid": os.getpid()}


def fail() -> JsonObject:
    raise OSError("libnothing.so.1: cannot open shared object file")


def crash() -> JsonObject:
    os.abort()


def hang() -> JsonObject:
    time.sleep(60)
    return {}


def test_the_answer_comes_from_another_process_without_the_noise() -> None:
    answer = probe(answer_among_noise, environment={"FRACTALROLL_TEST_COLOUR": "blue"})
    assert answer["colour"] == "blue"
    assert answer["pid"] != os.getpid()


def test_an_error_in_the_child_names_its_cause() -> None:
    with pytest.raises(ProbeError, match=r"libnothing\.so\.1: cannot open shared object file"):
        probe(fail)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to be ended by")
def test_a_crash_of_the_child_is_an_error_here() -> None:
    with pytest.raises(ProbeError, match="ended by signal 6"):
        probe(crash)


def test_a_child_that_hangs_is_given_up() -> None:
    with pytest.raises(ProbeError, match=r"no answer within 0\.5 s"):
        probe(hang, timeout_s=0.5)
