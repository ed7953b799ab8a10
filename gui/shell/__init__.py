"""The window itself: its colours, icons, menus, notices, dialogs, and the frame round the panels."""
