"""An output that ends early ends no command, and what is missing is known."""

import os
from io import StringIO
from pathlib import Path

import pytest

from sim.presentation.output_stream import OutputStream


def test_what_is_written_arrives():
    page = StringIO()
    stream = OutputStream(page)
    print("a\nb", file=stream, flush=True)
    assert page.getvalue() == "a\nb\n"
    assert (stream.last_line, stream.failure) == ("b", None)
    assert not stream.isatty()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_a_full_disk_is_remembered_and_the_last_line_known():
    with open("/dev/full", "w", encoding="utf-8") as full:
        stream = OutputStream(full)
        print("first", file=stream, flush=True)
        print("outputs/x/y", file=stream, flush=True)
        assert stream.failure is not None
        assert stream.failure.strerror == "No space left on device"
        assert stream.last_line == "outputs/x/y"


def test_a_reader_who_leaves_has_seen_enough():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        stream = OutputStream(pipe)
        print("x" * 100_000, file=stream, flush=True)
        assert stream.failure is None


def test_a_program_without_a_terminal_writes_nowhere():
    print("x", file=OutputStream(None), flush=True)


def test_a_stream_that_was_closed_meanwhile_is_left_alone():
    page = StringIO()
    stream = OutputStream(page)
    page.close()
    stream.close()
    with pytest.raises(ValueError, match="closed"):
        OutputStream(page).write("x")
