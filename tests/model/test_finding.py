import pytest

from model.finding import Finding


def test_a_finding_that_is_not_ok_must_say_what_to_do() -> None:
    with pytest.raises(ValueError, match="say what to do"):
        Finding("gui", "Qt", False, "libEGL.so.1 is missing")


def test_a_finding_travels_as_plain_values() -> None:
    finding = Finding("model", "torch", True, "torch 2.13 on the CPU", needed=True)
    assert finding.to_json() == {
        "room": "model",
        "name": "torch",
        "ok": True,
        "detail": "torch 2.13 on the CPU",
        "advice": "",
        "needed": True,
    }
