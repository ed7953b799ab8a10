from bridge.ports.reconnect import OWN_EAR, Reunion

DAW, SYNTH = "DAW:in", "synth:in"


def test_who_left_while_listening_is_connected_when_it_returns() -> None:
    reunion = Reunion()
    assert reunion.see({DAW}, {DAW, SYNTH}) == []
    assert reunion.see(set(), {SYNTH}) == []
    assert reunion.see(set(), {DAW, SYNTH}) == [DAW]
    assert reunion.see({DAW}, {DAW, SYNTH}) == []


def test_whom_the_musician_disconnected_stays_disconnected() -> None:
    reunion = Reunion()
    reunion.see({DAW}, {DAW})
    assert reunion.see(set(), {DAW}) == []
    assert reunion.see(set(), set()) == []
    assert reunion.see(set(), {DAW}) == []


def test_who_never_listened_is_left_alone() -> None:
    reunion = Reunion()
    reunion.see(set(), {DAW})
    reunion.see(set(), set())
    assert reunion.see(set(), {DAW}) == []


def test_one_that_is_there_but_not_ready_is_tried_again() -> None:
    reunion = Reunion()
    reunion.see({DAW}, {DAW})
    reunion.see(set(), set())
    assert reunion.see(set(), {DAW}) == [DAW]
    assert reunion.see(set(), {DAW}) == [DAW]


def test_disconnecting_after_the_return_is_respected_too() -> None:
    reunion = Reunion()
    reunion.see({DAW}, {DAW})
    reunion.see(set(), set())
    reunion.see({DAW}, {DAW})
    assert reunion.see(set(), {DAW}) == []


def test_a_new_port_connects_to_those_who_heard_the_one_before() -> None:
    before = Reunion()
    before.see({DAW}, {DAW, SYNTH})
    after = Reunion(before.remembered)
    assert after.see(set(), {DAW, SYNTH}) == [DAW]
    assert after.remembered == {DAW}


def test_who_left_and_returned_between_two_looks_is_told_from_one_disconnected() -> None:
    reunion = Reunion()
    reunion.see({DAW, SYNTH}, {DAW, SYNTH})
    assert reunion.see(set(), {DAW, SYNTH}, new={DAW}) == [DAW]


def test_who_comes_and_who_goes_is_counted_but_for_our_own_ear() -> None:
    reunion = Reunion([SYNTH])
    reunion.see({DAW, OWN_EAR + ":in"}, {DAW, SYNTH})
    reunion.see({DAW, SYNTH}, {DAW, SYNTH})
    assert reunion.arrivals == 2
    assert reunion.departures == 0
    reunion.see({SYNTH}, {DAW, SYNTH})
    reunion.see({DAW, SYNTH}, {DAW, SYNTH})
    assert reunion.arrivals == 3
    assert reunion.departures == 1
