"""Every command of the window: its name, its words, its keys and its icon.

Menus, tool bars and the help sheet are made of this one table, so that none of them can say
something else than the others.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

CONTEXT = "Commands"
"""Under which the words of this table are translated."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - lupdate looks for this name
    """Mark `text` for the translators and leave it as it is; Qt's own tells no type."""
    return text


@dataclass(frozen=True)
class Command:
    """Something that the user can ask for."""

    name: str
    group: str
    """The menu that it is in, untranslated."""
    text: str
    """In the menu, untranslated."""
    keys: tuple[str, ...] = ()
    """As Qt writes them; the first is the one that menus show."""
    icon: str = ""
    checkable: bool = False
    where: str = "everywhere"
    """`roll`: only while the page with the roll is there; `quiet`: as that, and not in menus."""

    def words(self) -> str:
        """The text in the user's language."""
        return QCoreApplication.translate(CONTEXT, self.text)


FILE = QT_TRANSLATE_NOOP("Commands", "&File")
EDIT = QT_TRANSLATE_NOOP("Commands", "&Edit")
PLAY = QT_TRANSLATE_NOOP("Commands", "&Play")
MAKE = QT_TRANSLATE_NOOP("Commands", "&Make")
VIEW = QT_TRANSLATE_NOOP("Commands", "&View")
HELP = QT_TRANSLATE_NOOP("Commands", "&Help")
GROUPS = (FILE, EDIT, PLAY, MAKE, VIEW, HELP)

VARIATIONS = 9
"""As many variations have a key of their own."""

COMMANDS = (
    Command("new", FILE, QT_TRANSLATE_NOOP("Commands", "New piece"), ("Ctrl+N",), "plus"),
    Command("open", FILE, QT_TRANSLATE_NOOP("Commands", "Open…"), ("Ctrl+O",), "open"),
    Command("save", FILE, QT_TRANSLATE_NOOP("Commands", "Save"), ("Ctrl+S",), "save"),
    Command("save_as", FILE, QT_TRANSLATE_NOOP("Commands", "Save as…"), ("Ctrl+Shift+S",)),
    Command("save_midi", FILE, QT_TRANSLATE_NOOP("Commands", "Save MIDI…"), ("Ctrl+E",), "export"),
    Command(
        "save_picture", FILE, QT_TRANSLATE_NOOP("Commands", "Save picture…"), ("Ctrl+P",), "picture"
    ),
    Command("settings", FILE, QT_TRANSLATE_NOOP("Commands", "Settings…"), ("Ctrl+,",), "settings"),
    Command("quit", FILE, QT_TRANSLATE_NOOP("Commands", "Quit"), ("Ctrl+Q",), "close"),
    Command("undo", EDIT, QT_TRANSLATE_NOOP("Commands", "Undo"), ("Ctrl+Z",), "undo"),
    Command(
        "redo", EDIT, QT_TRANSLATE_NOOP("Commands", "Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"
    ),
    Command("copy", EDIT, QT_TRANSLATE_NOOP("Commands", "Copy"), ("Ctrl+C",), "copy", where="roll"),
    Command("paste", EDIT, QT_TRANSLATE_NOOP("Commands", "Paste"), ("Ctrl+V",), where="roll"),
    Command(
        "duplicate", EDIT, QT_TRANSLATE_NOOP("Commands", "Duplicate"), ("Ctrl+D",), where="roll"
    ),
    Command(
        "erase_notes",
        EDIT,
        QT_TRANSLATE_NOOP("Commands", "Erase selected notes"),
        ("Del", "Backspace"),
        "remove",
        where="roll",
    ),
    Command(
        "select_all", EDIT, QT_TRANSLATE_NOOP("Commands", "Select all"), ("Ctrl+A",), where="roll"
    ),
    Command(
        "select_bars",
        EDIT,
        QT_TRANSLATE_NOOP("Commands", "Select whole bars"),
        ("B",),
        where="roll",
    ),
    Command(
        "region_longer",
        EDIT,
        QT_TRANSLATE_NOOP("Commands", "Selection: one bar longer"),
        ("Ctrl+]",),
        where="roll",
    ),
    Command(
        "region_shorter",
        EDIT,
        QT_TRANSLATE_NOOP("Commands", "Selection: one bar shorter"),
        ("Ctrl+[",),
        where="roll",
    ),
    Command("play", PLAY, QT_TRANSLATE_NOOP("Commands", "Play or stop"), ("Space",), "play"),
    Command(
        "home", PLAY, QT_TRANSLATE_NOOP("Commands", "To the start"), ("Home",), "to_start", False
    ),
    Command("end", PLAY, QT_TRANSLATE_NOOP("Commands", "To the end"), ("End",)),
    Command("loop", PLAY, QT_TRANSLATE_NOOP("Commands", "Loop"), ("L",), "loop", True),
    Command(
        "test_note", PLAY, QT_TRANSLATE_NOOP("Commands", "Send a test note"), ("Ctrl+T",), "sound"
    ),
    Command(
        "panic", PLAY, QT_TRANSLATE_NOOP("Commands", "Panic: all notes off"), ("Ctrl+.",), "panic"
    ),
    Command("generate", MAKE, QT_TRANSLATE_NOOP("Commands", "Generate"), ("G",), "generate"),
    Command(
        "go_on", MAKE, QT_TRANSLATE_NOOP("Commands", "Continue from here"), ("C",), where="roll"
    ),
    Command(
        "regenerate",
        MAKE,
        QT_TRANSLATE_NOOP("Commands", "Make the selection again"),
        ("R",),
        where="roll",
    ),
    Command("vary", MAKE, QT_TRANSLATE_NOOP("Commands", "Vary"), ("V",), where="roll"),
    Command(
        "escape",
        MAKE,
        QT_TRANSLATE_NOOP("Commands", "Stop making, close the notice, or clear the selection"),
        ("Esc",),
    ),
    *(
        Command(
            f"variation_{number}",
            MAKE,
            QT_TRANSLATE_NOOP("Commands", "Variation"),
            (f"Ctrl+{number}",),
            where="quiet",
        )
        for number in range(1, VARIATIONS + 1)
    ),
    Command("page_make", VIEW, QT_TRANSLATE_NOOP("Commands", "Make music"), ("Alt+1",), "make"),
    Command(
        "page_train", VIEW, QT_TRANSLATE_NOOP("Commands", "Train a model"), ("Alt+2",), "train"
    ),
    Command("page_models", VIEW, QT_TRANSLATE_NOOP("Commands", "Models"), ("Alt+3",), "models"),
    Command("page_live", VIEW, QT_TRANSLATE_NOOP("Commands", "Live"), ("Alt+4",), "live"),
    Command(
        "tool_select", VIEW, QT_TRANSLATE_NOOP("Commands", "Select"), ("1",), "select", where="roll"
    ),
    Command("tool_draw", VIEW, QT_TRANSLATE_NOOP("Commands", "Draw"), ("2",), "draw", where="roll"),
    Command(
        "tool_erase", VIEW, QT_TRANSLATE_NOOP("Commands", "Erase"), ("3",), "erase", where="roll"
    ),
    Command(
        "follow",
        VIEW,
        QT_TRANSLATE_NOOP("Commands", "Follow the playhead"),
        ("F",),
        "follow",
        True,
        "roll",
    ),
    Command(
        "snap",
        VIEW,
        QT_TRANSLATE_NOOP("Commands", "Snap to the grid"),
        ("S",),
        "snap",
        True,
        "roll",
    ),
    Command("coarser", VIEW, QT_TRANSLATE_NOOP("Commands", "Coarser"), ("[",), where="roll"),
    Command("finer", VIEW, QT_TRANSLATE_NOOP("Commands", "Finer"), ("]",), where="roll"),
    Command(
        "zoom_selection",
        VIEW,
        QT_TRANSLATE_NOOP("Commands", "Zoom to the selection"),
        ("Z",),
        where="roll",
    ),
    Command("help", HELP, QT_TRANSLATE_NOOP("Commands", "Keys and help"), ("?", "F1"), "help"),
    Command("tour", HELP, QT_TRANSLATE_NOOP("Commands", "Show me round")),
    Command("about", HELP, QT_TRANSLATE_NOOP("Commands", "About Fractalroll"), (), "info"),
)


def command(name: str) -> Command:
    """The command `name`; KeyError where there is none."""
    for one in COMMANDS:
        if one.name == name:
            return one
    raise KeyError(name)
