"""Words of the training page that several of its parts need."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from gui.training.facts import Findings, HeartCheck
from gui.training.plan import Amount, Choice
from model.trainingcost import Span


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainWords", text)


def duration_text(seconds: float) -> str:
    """About how long, as one would say it."""
    minutes = seconds / 60
    if minutes < 1.5:
        return _tr("about a minute") if minutes > 0.6 else _tr("less than a minute")
    if minutes < 90:
        return _tr("about {0} minutes").format(f"{_rounded(minutes):g}")
    hours = minutes / 60
    if hours < 36:
        return _tr("about {0} hours").format(f"{hours:.1f}".removesuffix(".0"))
    return _tr("about {0} days").format(f"{hours / 24:.1f}".removesuffix(".0"))


def span_text(span: Span) -> str:
    """From so long to so long; one figure where they would be told alike."""
    most = span.high_s
    told: list[float]
    if most < 90:
        told = [10 * max(1, round(seconds / 10)) for seconds in (span.low_s, most)]
        line = _tr("{0} to {1} seconds")
    elif most < 90 * 60:
        told = [_rounded(seconds / 60) for seconds in (span.low_s, most)]
        line = _tr("{0} to {1} minutes")
    else:
        told = [round(seconds / 3600, 1) for seconds in (span.low_s, most)]
        line = _tr("{0} to {1} hours")
    low, high = (f"{number:g}" for number in told)
    return duration_text(most) if low == high else line.format(low, high)


def _rounded(minutes: float) -> float:
    """As exactly as one would say it: halves of a few minutes, fives of many."""
    if minutes < 5:
        return max(1, round(2 * minutes)) / 2
    return round(minutes) if minutes < 20 else 5 * round(minutes / 5)


def amount_title(amount: Amount) -> str:
    """Name of a preset."""
    titles = {"quick": _tr("Quick try"), "good": _tr("Good"), "thorough": _tr("Thorough")}
    return titles[amount]


def amount_text(choice: Choice) -> str:
    """What a preset gives."""
    if choice.amount == "quick":
        return _tr("Two minutes, to see that it works. The model stays rough.")
    if choice.begin_from:
        told = {
            "good": _tr("The model takes on your music's manner."),
            "thorough": _tr("The model becomes your music's; watch the check below."),
        }
    else:
        told = {
            "good": _tr("A small model, for a first one of your own."),
            "thorough": _tr("A model as large as the one that came with Fractalroll."),
        }
    return told[choice.amount]


def findings_text(found: Findings) -> str:
    """How much music there is, in a line."""
    line = _tr("{songs} songs · {minutes} minutes · {bars} bars · {notes} notes")
    return line.format(
        songs=f"{found.songs:,}",
        minutes=f"{found.minutes:,.0f}",
        bars=f"{found.bars:,}",
        notes=f"{found.notes:,}",
    )


def split_text(found: Findings) -> str:
    """What is kept aside and why."""
    if not found.enough:
        return _tr("That is too little: a training needs two songs or more.")
    line = _tr("{0} to learn from, {1} kept aside to judge by.")
    text = line.format(found.train, found.held_out)
    if found.songs < 20:
        text += " " + _tr("With so few, fine-tune; a new model would only learn them by heart.")
    return text


def heart_title(found: HeartCheck) -> str:
    """The verdict."""
    titles = {
        "fresh": _tr("It makes music of its own"),
        "near": _tr("It begins to repeat the music it learnt from"),
        "by heart": _tr("It has learnt the music by heart"),
        "unknown": _tr("Too few bars yet for a verdict"),
    }
    return titles.get(found.verdict, titles["unknown"])


def heart_text(found: HeartCheck) -> str:
    """The two shares in words."""
    line = _tr(
        "{made} of what it makes is a near copy of a bar in your folder. Of music kept aside it is"
        " {held_out}: so much any music repeats."
    )
    return line.format(made=f"{found.made_share:.0%}", held_out=f"{found.held_out_share:.0%}")


def heart_advice(found: HeartCheck) -> str:
    """What to do about it; empty where nothing is to be done."""
    if found.verdict == "by heart":
        return _tr("Finish now, or take more music, or train for less long.")
    return _tr("Finish soon.") if found.verdict == "near" else ""
