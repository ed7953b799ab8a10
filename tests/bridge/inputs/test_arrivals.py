from bridge.inputs.arrivals import Arrivals
from bridge.messages import all_notes_off, note_off, note_on

C, D = note_on(0, 60, 64), note_on(0, 62, 64)


def test_a_note_that_arrives_on_time_has_no_error() -> None:
    arrivals = Arrivals(reach=100)
    arrivals.expect([(1000, C), (1000, D)])
    arrivals.hear([(1000, C), (1000, D)])
    report = arrivals.report()
    assert (report.notes_received, report.notes_matched, report.worst_onset_error) == (2, 2, 0)


def test_errors_count_in_both_directions() -> None:
    arrivals = Arrivals(reach=100, keep=True)
    arrivals.expect([(1000, C), (2000, D)])
    arrivals.hear([(990, C), (2003, D)])
    assert arrivals.report().onset_errors == (10, 3)
    assert arrivals.report().worst_onset_error == 10


def test_a_lost_note_does_not_shift_those_after_it() -> None:
    arrivals = Arrivals(reach=100)
    arrivals.expect([(tick, C) for tick in (1000, 1050, 1100)])
    arrivals.hear([(1000, C), (1100, C)])
    report = arrivals.report()
    assert (report.notes_expected, report.notes_received) == (3, 2)
    assert report.worst_onset_error == 0


def test_a_note_that_nobody_sent_matches_nothing() -> None:
    arrivals = Arrivals(reach=100)
    arrivals.expect([(1000, C)])
    arrivals.hear([(5000, C)])
    assert arrivals.report().notes_received == 1
    assert arrivals.report().notes_matched == 0


def test_notes_that_were_not_released_hang() -> None:
    arrivals = Arrivals(reach=100)
    arrivals.hear([(0, C), (1, D), (5, note_off(0, 60))])
    assert arrivals.report().hanging == 1
    arrivals.hear([(9, all_notes_off(0))])
    assert arrivals.report().hanging == 0


def test_what_was_taken_back_is_not_expected_any_more() -> None:
    arrivals = Arrivals(reach=100)
    arrivals.expect([(1000, C), (1100, C), (1100, D)])
    arrivals.forget(1050)
    arrivals.expect([(1090, C)])
    arrivals.hear([(1000, C), (1090, C)])
    report = arrivals.report()
    assert (report.notes_expected, report.notes_matched, report.worst_onset_error) == (2, 2, 0)


def test_what_is_handed_over_out_of_order_is_matched_all_the_same() -> None:
    arrivals = Arrivals(reach=100)
    arrivals.expect([(1000, C)])
    arrivals.expect([(500, C)])
    arrivals.hear([(500, C), (1000, C)])
    assert arrivals.report().notes_matched == 2


def test_what_nobody_hears_any_more_is_forgotten() -> None:
    arrivals = Arrivals(reach=10)
    for tick in range(0, 100_000, 5):
        arrivals.expect([(tick, C), (tick, D)])
    assert sum(len(due) for due in arrivals._due.values()) < 1000
    arrivals.hear([(99_990, C)])
    assert arrivals.report().notes_matched == 1
