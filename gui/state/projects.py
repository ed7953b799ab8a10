"""Keeping pieces: projects that the user saves, and autosaves that a crash leaves behind."""

from gui.state.autosave import Autosave, Recovered, recover
from gui.state.errors import ProjectError
from gui.state.projectfile import Project, load_project, save_project

__all__ = [
    "Autosave",
    "Project",
    "ProjectError",
    "Recovered",
    "load_project",
    "recover",
    "save_project",
]
