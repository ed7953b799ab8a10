"""A little music for the window's tests."""

from model.roll import Note, Roll


def some_music() -> Roll:
    return Roll.from_notes([Note(k * 4, 0, 60 + k, 4, 90) for k in range(8)], steps=128)
