from pathlib import Path

from bridge.ports.alsaclients import listeners

TEXT = """Client info
  cur  clients : 4
  peak clients : 4
  max  clients : 192

Client   0 : "System" [Kernel Legacy]
  Port   0 : "Timer" (Rwe-)
  Port   1 : "Announce" (R-e-)
    Connecting To: 15:0
Client 128 : "Fractalroll" [User Legacy]
  Port   0 : "Fractalroll" (R-e-)
    Connecting To: 129:0, 130:1[real:0]
    Connected From: 0:1
Client 129 : "DAW" [User Legacy]
  Port   0 : "in" (-We-)
    Connected From: 128:0
"""


def test_ports_that_ours_is_connected_to_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "clients"
    path.write_text(TEXT)
    assert listeners("Fractalroll", path) == 2
    assert listeners("DAW", path) == 0
    assert listeners("Nobody", path) == 0


def test_where_there_is_no_list_nothing_is_known(tmp_path: Path) -> None:
    assert listeners("Fractalroll", tmp_path / "none") == -1
