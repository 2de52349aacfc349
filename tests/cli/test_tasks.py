"""A task is declared once; its choices, its function and its help are there."""

import pytest

import sim
from sim.settings.schema import Settings
from sim.settings.shipped_files import CONFIGS
from sim.settings.task_list import TASKS, own_settings


def test_each_task_has_its_file_of_choices():
    files = {path.stem for path in (CONFIGS / "task").glob("*.yaml")}
    assert files == set(TASKS)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_each_task_has_a_function(task):
    assert callable(task.load())


def test_each_setting_of_a_task_exists():
    assert set(own_settings()) <= set(Settings.model_fields)


def test_what_a_notebook_imports_are_tasks_or_ways_to_ask_and_to_load():
    others = {"load", "load_sweep", "plot", "session", "sweep", "compare"}
    assert set(sim.__all__) - others <= set(TASKS)
    assert all(callable(getattr(sim, name)) for name in set(sim.__all__) - {"plot"})


def test_the_help_lists_each_task_and_each_setting(ask):
    text = ask("--help").out
    for task in TASKS:
        assert f"  {task} " in text
    for name in own_settings():
        assert f"  {name}" in text
