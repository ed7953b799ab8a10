"""A child that does what it is told, for tests of `gui.workers`."""

from __future__ import annotations

import os
import sys
import threading

from model.childtalk import Talk


def main() -> None:
    talk = Talk.on_pipes()
    print("not a line of ours")
    print("last words", file=sys.stderr, flush=True)
    for order in talk.orders():
        job = order.get("job")
        if "count" in order:
            for number in range(order["count"]):
                talk.say({"job": job, "number": number})
            talk.say({"job": job, "done": True})
        elif "hang" in order:
            threading.Event().wait()
        elif "leave" in order:
            os._exit(order["leave"])
        elif "beat" in order:
            talk.beat()
        elif "cancel" in order:
            talk.say({"job": order["cancel"], "number": -1})
            talk.say({"job": order["cancel"], "cancelled": True})
        elif "begin" not in order:
            talk.say({"heard": order})


if __name__ == "__main__":
    main()
