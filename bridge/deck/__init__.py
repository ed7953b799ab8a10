"""The deck: plays a piece on a port while orders change what, where and how fast."""
