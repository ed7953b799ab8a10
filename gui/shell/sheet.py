"""The style sheet: rounded, quiet controls in the theme's colours, over Qt's Fusion style.

What a widget is for is said by its property `role`, which the sheet knows: `primary` (the one big
button), `quiet` (a button without a ground), `card` (a group of controls), `title`, `dim`, `error`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from gui.shell.theme import Colours

_ICONS = Path(__file__).resolve().parent.parent / "icons" / "sheet"
"""The drawings that a sheet can only name as files; each in a colour of its own."""

_SHEET = """
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {edge}; padding: 4px; }}
QMainWindow::separator {{ width: 4px; height: 4px; background: {background}; }}
QSplitter::handle {{ background: {background}; }}
QMenuBar {{ background: {background}; padding: 2px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {raised}; }}
QMenu {{ background: {panel}; border: 1px solid {edge}; padding: 4px; }}
QMenu::item {{ padding: 5px 26px 5px 22px; border-radius: 4px; }}
QMenu::item:selected {{ background: {chosen}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {edge}; margin: 4px 8px; }}
QStatusBar {{ background: {panel}; }}
QStatusBar::item {{ border: none; }}
QGroupBox, QFrame[role="card"] {{
  background: {panel}; border: 1px solid {edge}; border-radius: 8px;
}}
QGroupBox {{ margin-top: 0px; padding-top: 24px; }}
QGroupBox::title {{
  subcontrol-origin: border; subcontrol-position: top left; left: 10px; top: 7px; font-weight: 600;
}}
QPushButton, QToolButton {{
  background: {raised}; border: 1px solid {edge}; border-radius: 6px; padding: 5px 10px;
}}
QToolButton {{ padding: 5px; }}
QPushButton:hover, QToolButton:hover {{ background: {hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {chosen}; }}
QPushButton:checked, QToolButton:checked {{ background: {chosen}; border-color: {accent}; }}
QPushButton:focus, QToolButton:focus {{ border-color: {accent}; }}
QPushButton:checked:focus, QToolButton:checked:focus {{ border-color: {text}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {faint}; background: {panel}; }}
QToolButton#dragHandle {{
  background: transparent; border: 1px dashed {good}; padding: 5px 12px;
}}
QToolButton#dragHandle:hover, QToolButton#dragHandle:pressed {{ background: {raised}; }}
QToolButton#dragHandle:focus {{ border-style: solid; }}
QPushButton:default {{ border-color: {accent}; }}
QToolButton[role="quiet"], QPushButton[role="quiet"] {{
  background: transparent; border-color: transparent;
}}
QToolButton[role="quiet"]:hover, QPushButton[role="quiet"]:hover {{ background: {hover}; }}
QToolButton[role="quiet"]:checked, QPushButton[role="quiet"]:checked {{ background: {chosen}; }}
QToolButton[paused="true"]:checked {{
  background: transparent; border: 1px dashed {accent};
}}
QToolButton[role="quiet"]:focus, QPushButton[role="quiet"]:focus {{ border-color: {accent}; }}
QToolButton[role="quiet"]:checked:focus, QPushButton[role="quiet"]:checked:focus {{
  border-color: {text};
}}
QPushButton[role="primary"], QToolButton[role="primary"] {{
  background: {accent}; color: {on_accent}; border: 2px solid {accent}; border-radius: 8px;
  padding: 9px 14px; font-weight: 700;
}}
QPushButton[role="primary"]:hover, QToolButton[role="primary"]:hover {{
  background: {accent_hover}; border-color: {accent_hover};
}}
QPushButton[role="primary"]:pressed {{ background: {accent_press}; border-color: {accent_press}; }}
QPushButton[role="primary"]:focus {{ border-color: {text}; }}
QPushButton[role="primary"]:disabled {{
  background: {raised}; color: {faint}; border-color: {raised};
}}
QLineEdit, QComboBox, QPlainTextEdit, QTextEdit {{
  background: {raised}; border: 1px solid {edge}; border-radius: 6px; padding: 3px 6px;
  selection-background-color: {accent}; selection-color: {on_accent};
}}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {{
  border-color: {accent};
}}
QLineEdit:disabled, QComboBox:disabled {{ color: {faint}; }}
QAbstractSpinBox {{ min-height: 20px; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{
  border: none; padding: 0; background: transparent;
}}
QComboBox {{ padding-right: 20px; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow {{ image: url({icons}/down.svg); width: 10px; height: 10px; }}
QCheckBox, QRadioButton {{ spacing: 7px; }}
QCheckBox::indicator, QRadioButton::indicator {{
  width: 14px; height: 14px; border: 1px solid {edge}; border-radius: 4px; background: {raised};
}}
QRadioButton::indicator {{ border-radius: 8px; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {dim}; }}
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border-color: {accent}; }}
QCheckBox::indicator:checked {{
  background: {accent}; border-color: {accent}; image: url({icons}/check_{kind}.svg);
}}
QRadioButton::indicator:checked {{
  width: 6px; height: 6px; background: {accent}; border: 5px solid {raised};
}}
QCheckBox::indicator:checked:focus, QRadioButton::indicator:checked:focus {{
  border-color: {text};
}}
QComboBox QAbstractItemView {{
  background: {panel}; border: 1px solid {edge}; selection-background-color: {chosen};
  selection-color: {text};
}}
QListView, QTreeView, QTableView {{
  background: {panel}; border: 1px solid {edge}; border-radius: 6px; outline: none;
}}
QTreeView[role="bare"] {{ background: transparent; border-color: transparent; }}
QListView:focus, QTreeView:focus, QTableView:focus {{ border-color: {accent}; }}
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {{
  background: {chosen}; color: {text};
}}
QHeaderView::section {{
  background: {panel}; color: {dim}; border: none; border-bottom: 1px solid {edge}; padding: 4px;
}}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {raised}; }}
QSlider::sub-page:horizontal {{ background: {accent}; border-radius: 2px; }}
QSlider::sub-page:horizontal:disabled {{ background: {edge}; }}
QSlider::handle:horizontal {{
  width: 12px; height: 12px; margin: -5px 0; border-radius: 7px; background: {handle};
  border: 1px solid {edge};
}}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {accent}; }}
QProgressBar {{
  background: {raised}; border: none; border-radius: 4px; text-align: center; min-height: 8px;
}}
QProgressBar::chunk {{ background: {accent}; border-radius: 4px; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar {{ background: transparent; }}
QScrollBar:vertical {{ width: 10px; }}
QScrollBar:horizontal {{ height: 10px; }}
QScrollBar::handle {{ background: {edge}; border-radius: 4px; margin: 1px; }}
QScrollBar::handle:vertical {{ min-height: 24px; }}
QScrollBar::handle:horizontal {{ min-width: 24px; }}
QScrollBar::handle:hover {{ background: {dim}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QLabel[role="keycap"] {{
  background: {raised}; border: 1px solid {edge}; border-bottom: 2px solid {edge};
  border-radius: 4px; padding: 1px 6px;
}}
QLabel[role="title"] {{ font-weight: 600; }}
QLabel[role="heading"] {{ font-size: 17px; font-weight: 600; }}
QLabel[role="dim"] {{ color: {dim}; }}
QLabel[role="good"] {{ color: {good}; }}
QLabel[role="warn"] {{ color: {warn}; }}
QLabel[role="bad"], QLabel[role="error"] {{ color: {bad}; }}
"""


def style_sheet(chosen: Colours) -> str:
    """Qt's style sheet in the colours `chosen`."""
    from gui.shell.theme import ink_on, mixed

    tokens = {
        "background": chosen.background,
        "panel": chosen.panel,
        "raised": chosen.raised,
        "text": chosen.text,
        "dim": chosen.dim,
        "accent": chosen.accent,
        "good": chosen.good,
        "warn": chosen.warn,
        "bad": chosen.bad,
        "edge": mixed(chosen.raised, chosen.bar_line, 0.6),
        "hover": mixed(chosen.raised, chosen.text, 0.1),
        "chosen": mixed(chosen.panel, chosen.accent, 0.32),
        "faint": mixed(chosen.dim, chosen.panel, 0.35),
        "on_accent": ink_on(chosen.accent),
        "accent_hover": mixed(chosen.accent, chosen.text, 0.15),
        "accent_press": mixed(chosen.accent, chosen.background, 0.2),
        "handle": mixed(chosen.dim, chosen.text, 0.4),
    }
    drawings = {"icons": _ICONS.as_posix(), "kind": "dark" if chosen.dark else "light"}
    return _SHEET.format(**{name: _web(colour) for name, colour in tokens.items()}, **drawings)


def _web(colour: QColor) -> str:
    return colour.name()
