"""Where inputs are tried: a folder of its own, with what all share read once."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sim.tasks.inputs
from sim.records import Records, load_records
from sim.records.scenario_file import read_file
from sim.records.scenarios import Scenario, load_scenario
from sim.settings import compose
from sim.settings.compose import Command, read_command
from sim.settings.hydra_composition import ComposedScenario
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.shipped_files import SCENARIOS
from sim.tasks.sweep import point_composer


@cache
def shipped_records() -> Records:
    """Return what the shipped tables say."""
    return load_records()


@contextmanager
def desk() -> Iterator[Path]:
    """Stand in an empty folder, in which inputs are written and results would be."""
    with (
        tempfile.TemporaryDirectory(prefix="chipwar-fuzz-") as folder,
        ExitStack() as stack,
    ):
        here = Path.cwd()
        os.chdir(folder)
        stack.callback(os.chdir, here)
        for target, name, replacement in _shared():
            stack.enter_context(patch.object(target, name, replacement))
        yield Path(folder)


def _shared() -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    """Yield what is read or composed once: where it is used, its name, and by what."""

    def records(
        folder: Path | str | None = None, law_folder: Path | str | None = None
    ) -> Records:
        if folder is None and law_folder is None:
            return shipped_records()
        return load_records(folder, law_folder)

    plain = compose.compose_scenario

    @cache
    def shipped(name: str, setting: str) -> ComposedScenario:
        return plain(name, ScenarioFiles.find(), setting)

    def scenario(
        name: str, files: ScenarioFiles, setting: str = "scenario"
    ) -> ComposedScenario:
        own = files.folder is not None
        return plain(name, files, setting) if own else shipped(name, setting)

    once = cache(compose.compose_overrides)
    yield sim.tasks.inputs, "load_records", records
    yield compose, "compose_scenario", scenario
    yield point_composer, "compose_overrides", lambda words: once(tuple(words))


@cache
def base_command() -> Command:
    """Return a command whose settings are the defaults."""
    return read_command(["scenario=truce"])


@cache
def shipped_law(name: str) -> Scenario:
    """Return a shipped scenario."""
    content = read_file(SCENARIOS / f"{name}.yaml")
    return load_scenario(content, shipped_records(), name=name)
