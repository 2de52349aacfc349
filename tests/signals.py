"""Signals to programs that tests start."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def signals_heard() -> Iterator[None]:
    """Let programs that are started in this context hear Ctrl-C and hang-ups.

    A program ignores what its parent ignores: Ctrl-C where a script runs the tests in
    the background, hang-ups where `nohup` does.
    """
    names = {"SIGINT", "SIGHUP"} & {sign.name for sign in signal.Signals}
    before = {name: signal.signal(getattr(signal, name), _heard) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _heard(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(signal.Signals(number).name)
