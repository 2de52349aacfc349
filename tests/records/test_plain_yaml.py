"""YAML is read alike whichever parser reads it."""

import pytest
import yaml

from sim.domain.errors import ScenarioError
from sim.records import plain_yaml
from sim.records.data_folder import SHIPPED
from sim.settings.shipped_files import SCENARIOS


@pytest.mark.parametrize(
    "file", [SCENARIOS / "adaptive.yaml", next(iter((SHIPPED / "menu").iterdir()))]
)
def test_both_parsers_read_the_same(file):
    text = file.read_text(encoding="utf-8")
    one, other = (
        yaml.load(text, Loader=kind)
        for kind in (plain_yaml._Loader, plain_yaml._FastLoader)
    )
    assert one == other
    assert one


@pytest.mark.parametrize(
    "text",
    ["a:\tb", "a: &x 1", "a: *x", "a: !!int 1", "a: 1\na: 2", "<<: {a: 1}", "a: 0x1"],
)
def test_what_is_not_plain_is_refused_with_its_line(tmp_path, text):
    file = tmp_path / "mine.yaml"
    file.write_text(f"first: 1\n{text}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"^mine\.yaml, line [23]: "):
        plain_yaml.read_mapping(file, ScenarioError)
