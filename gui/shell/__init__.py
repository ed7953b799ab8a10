"""The frame round the panels: colours, icons, menus, notices, dialogs, the window itself."""
