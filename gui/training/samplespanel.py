"""What the model makes as it learns, to look at and listen to; and what it has by heart."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.models.rollpicture import RollPicture
from gui.shell.icons import icon
from gui.shell.theme import colours, theme
from gui.training.facts import HeartCheck, Sample
from gui.training.training import TrainingState
from gui.training.words import heart_advice, heart_text, heart_title
from model.roll import Roll

_COLOURS = {"fresh": "good", "near": "warn", "by heart": "bad"}


class SamplesPanel(QFrame):
    """Samples, the latest first, and the verdict above them.

    Args:
        training: The state that it shows.
        parent: The widget that it lies in.
        after: `Tab` leads from this one to the latest sample.

    Attributes:
        play_sample: A roll should be heard; or stopped, if it is the one that is heard.
    """

    play_sample = Signal(object)

    def __init__(
        self,
        training: TrainingState,
        parent: QWidget | None = None,
        after: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._training, self._after = training, after
        self._shown: list[Sample] = []
        self._heard: Roll | None = None
        self.rows: list[SampleRow] = []
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 10, 12)
        column.setSpacing(8)
        title = QLabel(self.tr("What it makes"))
        title.setProperty("role", "heading")
        self.verdict = HeartPanel()
        self._none = QLabel(self.tr("A few bars appear here now and then, to look at and to hear."))
        self._none.setWordWrap(True)
        self._none.setProperty("role", "dim")
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 6, 0)
        self._list.setSpacing(6)
        self._list.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        column.addWidget(title)
        column.addWidget(self.verdict)
        column.addWidget(self._none)
        column.addWidget(area, 1)
        training.samples_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the samples and the verdict as they are now."""
        samples = list(reversed(self._training.samples))
        self._none.setVisible(not samples)
        self.verdict.show_check(self._training.heart)
        if samples == self._shown:
            return
        kept = {id(row.sample): row for row in self.rows}
        wanted = {id(sample) for sample in samples}
        for row in self.rows:
            if id(row.sample) not in wanted:
                self._list.removeWidget(row)
                row.deleteLater()
        self.rows = []
        for place, sample in enumerate(samples):
            row = kept.get(id(sample)) or self._make_row(sample)
            self._list.insertWidget(place, row)
            self.rows.append(row)
        before = [] if self._after is None else [self._after]
        for above, below in pairwise((*before, *(row.play for row in self.rows))):
            QWidget.setTabOrder(above, below)
        self._shown = samples

    def show_heard(self, roll: Roll | None) -> None:
        """The button of the sample that is heard stops it; None: none is heard."""
        self._heard = roll
        for row in self.rows:
            row.show_heard(row.sample.roll is roll)

    def _make_row(self, sample: Sample) -> SampleRow:
        row = SampleRow(sample)
        row.show_heard(sample.roll is self._heard)
        row.play.clicked.connect(lambda: self.play_sample.emit(sample.roll))
        return row


class SampleRow(QWidget):
    """One sample: when it was made, its picture, and a button that plays and stops it."""

    def __init__(self, sample: Sample, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sample = sample
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        if sample.step is None:
            words = self.tr("finished")
        else:
            words = self.tr("update {0}").format(f"{sample.step:,}")
        self._when = words
        label = QLabel(words)
        label.setProperty("role", "dim")
        label.setFixedWidth(96)
        picture = RollPicture(tint=0)
        picture.setAccessibleName(self.tr("Picture of the bars made, {0}").format(words))
        picture.show_roll(sample.roll)
        self.play = QPushButton()
        self.play.setFixedSize(QSize(34, 34))
        self.show_heard(False)
        row.addWidget(self.play)
        row.addWidget(label)
        row.addWidget(picture, 1)

    def show_heard(self, heard: bool) -> None:
        """Whether this sample sounds, so that the button stops it."""
        if heard:
            name, tip = self.tr("Stop the bars made, {0}"), self.tr("Stop")
        else:
            name, tip = self.tr("Play the bars made, {0}"), self.tr("Listen")
        self.play.setIcon(icon("stop" if heard else "play"))
        self.play.setAccessibleName(name.format(self._when))
        self.play.setToolTip(tip)


class HeartPanel(QWidget):
    """The verdict in words, over two bars: copies in what is made, and in music kept aside."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 2)
        column.setSpacing(4)
        self._title = QLabel()
        self._bars = _Shares()
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setProperty("role", "dim")
        for widget in (self._title, self._bars, self._words):
            column.addWidget(widget)
        self.show_check(None)

    @property
    def title(self) -> str:
        """The verdict as it is shown."""
        return self._title.text()

    def show_check(self, found: HeartCheck | None) -> None:
        """Show a verdict; hidden where there is none."""
        self.setVisible(found is not None)
        if found is None:
            return
        self._title.setText(heart_title(found))
        self._title.setProperty("role", _COLOURS.get(found.verdict, "dim"))
        self._title.style().unpolish(self._title)
        self._title.style().polish(self._title)
        self._bars.show_check(found)
        self._words.setText(f"{heart_text(found)} {heart_advice(found)}".strip())
        self.setAccessibleName(f"{heart_title(found)}. {heart_text(found)}")


class _Shares(QWidget):
    """Two shares as bars under each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: HeartCheck | None = None
        self.setFixedHeight(40)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_check(self, found: HeartCheck) -> None:
        """Show these shares."""
        self._found = found
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Name, bar and per cent in each row."""
        if self._found is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, found = colours(), self._found
        tint = getattr(chosen, _COLOURS.get(found.verdict, "dim"))
        rows = (
            (self.tr("made"), found.made_share, tint),
            (self.tr("kept aside"), found.held_out_share, chosen.dim),
        )
        for number, (name, share, colour) in enumerate(rows):
            top = 2 + number * 19
            painter.setPen(chosen.text)
            painter.drawText(QRectF(0, top, 84, 16), Qt.AlignmentFlag.AlignVCenter, name)
            whole = QRectF(88, top + 4, max(1.0, self.width() - 88 - 44), 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(chosen.raised)
            painter.drawRoundedRect(whole, 4, 4)
            part = QRectF(whole)
            part.setWidth(max(3.0, whole.width() * share))
            painter.setBrush(colour)
            painter.drawRoundedRect(part, 4, 4)
            painter.setPen(chosen.text)
            right = QRectF(whole.right() + 4, top, 40, 16)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(right, flags, f"{share:.0%}")
