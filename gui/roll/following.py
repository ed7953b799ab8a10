"""Following the playhead, and letting go of it while the user looks elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject

from gui.roll.navigation import follow, in_sight
from gui.roll.scene import SceneState


class Follower(QObject):
    """Keeps the playhead in sight while it plays and `ViewState.follow` says so.

    Scrolling in time by hand pauses that, zooming only where it loses the playhead. It goes on
    when the playhead comes back into sight, when the music starts or stops, and by `again`.

    Args:
        scene: The scene.
        held: Whether the mouse holds something: the paper doesn't move below it then.
        parent: Qt's.
    """

    def __init__(self, scene: SceneState, held: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._scene, self._held = scene, held
        self._place = self._now()
        self._by_hand = True
        self._was_playing = self._was_out = False
        scene.view.changed.connect(self._on_view)
        scene.playhead.changed.connect(self._on_playhead)

    def again(self) -> None:
        """The user has said where to look: follow from there."""
        self._scene.view.pause_follow(False)

    @contextmanager
    def unhindered(self) -> Iterator[None]:
        """What moves the view in here is no scrolling by hand."""
        before, self._by_hand = self._by_hand, False
        try:
            yield
        finally:
            self._by_hand = before

    def _now(self) -> tuple[float, tuple[float, object]]:
        """Where the view begins; and its zoom with the canvas' size."""
        view = self._scene.view
        return view.first_step, (view.px_per_step, self._scene.canvas_size)

    def _on_view(self) -> None:
        before, self._place = self._place, self._now()
        view, playing = self._scene.view, self._scene.playhead.playing
        if self._place == before or not self._by_hand:
            return
        if not (playing and view.follow) or view.follow_paused:
            return
        seen, scrolled = in_sight(self._scene), self._place[1] == before[1]
        if scrolled or not seen:
            self._was_out = not seen
            view.pause_follow(True)

    def _on_playhead(self) -> None:
        view, playing = self._scene.view, self._scene.playhead.playing
        if not (playing and self._was_playing):
            self.again()
        self._was_playing = playing
        if not (playing and view.follow) or self._held():
            return
        if view.follow_paused:
            seen = in_sight(self._scene)
            back, self._was_out = seen and self._was_out, not seen
            if not back:
                return
            self.again()
        with self.unhindered():
            follow(self._scene, self._scene.canvas_size[0])
