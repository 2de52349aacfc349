"""Tables and figures of studies are published, and nothing else is touched."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imsave

from sim.domain.errors import OutputError
from sim.outcomes.manifest import write_file_records
from sim.presentation.publish import publish

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def docs(tmp_path):
    return Path(shutil.copytree(DOCS, tmp_path / "docs"))


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    (folder / "figures").mkdir(parents=True)
    return folder


def draw(study, name):
    imsave(study / "figures" / name, np.full((4, 4, 3), 0.5))


def text(path):
    return path.read_text(encoding="utf-8")


def test_publishing_the_tables_of_the_hindcast_again_changes_nothing(docs, study):
    for table in (DOCS / "hindcast").glob("*.csv"):
        shutil.copy(table, study / table.name)
    publish([study], docs)
    for page in (DOCS / "hindcast.md", DOCS / "published.md"):
        assert text(docs / page.name) == text(page)


def test_numbers_keep_five_figures(docs, study):
    table = pd.read_csv(DOCS / "hindcast" / "bands.csv")
    table["coverage"] = 0.123456789
    table.to_csv(study / "bands.csv", index=False)
    publish([study], docs)
    assert set(pd.read_csv(docs / "hindcast" / "bands.csv")["coverage"]) == {0.12346}


def test_a_study_that_was_changed_is_not_published(docs, study):
    shutil.copy(DOCS / "hindcast" / "bands.csv", study)
    write_file_records(study)
    with (study / "bands.csv").open("a", encoding="utf-8") as table:
        table.write("\n")
    with pytest.raises(OutputError, match="bands.csv was changed after the run"):
        publish([study], docs)


def test_of_a_calibration_only_the_figures_are_published(docs, study):
    for name in ("identifiability.csv", "series.csv"):
        pd.DataFrame({"name": [1]}).to_csv(study / name, index=False)
    draw(study, "convergence.png")
    publish([study], docs)
    assert text(docs / "hindcast/series.csv") == text(DOCS / "hindcast/series.csv")
    published, former = (
        (folder / "images" / "calibration_convergence.png").read_bytes()
        for folder in (docs, DOCS)
    )
    assert published != former


def test_sensitivities_of_several_scenarios_are_published_together(docs, tmp_path):
    studies = []
    levers = pd.read_csv(DOCS / "sensitivity" / "levers.csv")
    for scenario in ("service_ban", "h20_ban"):
        folder = tmp_path / scenario
        folder.mkdir()
        own = levers[levers["scenario"] == scenario]
        hidden = own.head(1).assign(actor="somebody else")
        table = pd.concat([own, hidden])
        table.drop(columns="draws").to_csv(folder / "sensitivity.csv", index=False)
        (folder / "provenance.json").write_text('{"draws": 250}')
        studies.append(folder)
    publish(studies, docs)
    shipped = pd.read_csv(docs / "sensitivity" / "levers.csv")
    assert set(shipped["scenario"]) == {"service_ban", "h20_ban"}
    assert "somebody else" not in set(shipped["actor"])
    page = text(docs / "sensitivity.md")
    assert "## service_ban" in page
    assert "## h20_ban" in page
    assert "## match_act" not in page
    assert "over 250 draws" in page
