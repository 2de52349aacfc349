"""Shapes and types hold over the months in which the law moves most."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

WORLDS = Path(__file__).with_name("checked_worlds.py")


def test_whole_worlds_hold_what_their_types_say():
    """In a process of its own, since checks are built into functions on import."""
    call = [sys.executable, "-m", "pytest", "-n", "0", "-p", "tests.checked_types"]
    done = subprocess.run(
        [*call, "-q", "-p", "no:cacheprovider", str(WORLDS)],
        check=False,
        capture_output=True,
        text=True,
        cwd=WORLDS.parents[2],
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_other_tests_run_without_checks(pytestconfig):
    """Though pytest imports the module of the checks, as it looks for doctests."""
    import_module("tests.checked_types")
    installed = any("jaxtyping" in type(x).__module__ for x in sys.meta_path)
    assert installed == pytestconfig.pluginmanager.hasplugin("tests.checked_types")
