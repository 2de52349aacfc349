"""Progress is shown to whoever can see it, once there is time to look."""

import io
import sys

from sim.experiments import progress as shown


class Screen(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self) -> bool:
        return True


def test_a_long_run_shows_a_bar_with_the_time_left(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Screen())
    monkeypatch.setattr(shown, "DELAY", 0.0)
    with shown.progress(3, quiet=False) as on_month:
        for _ in range(3):
            on_month()
    assert "left" in sys.stderr.getvalue()
    assert "/3 months" in sys.stderr.getvalue()


def test_a_bar_says_what_it_is_of(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Screen())
    monkeypatch.setattr(shown, "DELAY", 0.0)
    with shown.progress(3, quiet=False, label="channels") as on_month:
        on_month()
    assert "channels" in sys.stderr.getvalue()


def test_a_short_run_shows_none(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Screen())
    with shown.progress(3, quiet=False) as on_month:
        on_month()
    assert "left" not in sys.stderr.getvalue()


def test_a_quiet_run_shows_none(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Screen())
    monkeypatch.setattr(shown, "DELAY", 0.0)
    with shown.progress(3, quiet=True) as on_month:
        on_month()
    assert not sys.stderr.getvalue()


def test_a_log_file_gets_none(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(shown, "DELAY", 0.0)
    with shown.progress(3, quiet=False) as on_month:
        on_month()
    assert not sys.stderr.getvalue()
