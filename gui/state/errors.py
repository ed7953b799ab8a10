"""What can go wrong with the window's state, each a sentence for the person at the screen."""

from model.errors import ModelError


class StateError(ModelError):
    """Base of the errors here; a kind of `ModelError`, so that who opens files catches one kind."""


class ProjectError(StateError):
    """A project can't be written or read."""
