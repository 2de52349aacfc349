"""Briefs of runs: what they say, and what they are as HTML, Markdown and PDF."""

import re
import shutil
from html import unescape
from pathlib import Path

import html5lib
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import sim
from sim.outcomes.frames import headline_rows
from sim.outcomes.headline import HORIZON
from sim.presentation.brief.document import BriefSection, Document, Picture
from sim.presentation.brief.track_record import TrackRecord
from sim.presentation.brief.writers import write_pdf
from sim.presentation.headline_cells import HeadlineCells
from tests.cli.conftest import law_file

CHROMIUM = shutil.which("chromium")
"""The browser; tests/install_chromium does it."""

SHORT = ("draws=2", "horizon=2025-09", "figures=true", "quiet=true")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run with enough draws to say what its effects depend on."""
    place = tmp_path_factory.mktemp("brief")
    return sim.run(
        "h20_ban", draws=100, horizon="2026-06", outputs=str(place), quiet=True
    )


@pytest.fixture(scope="module")
def page(run) -> str:
    return (run.folder / "report.html").read_text("utf-8")


def test_a_run_leaves_a_brief_that_says_what_its_summary_says(run, page):
    said = [line[2:] for line in run.summary.splitlines() if line.startswith("- ")]
    assert all(sentence in unescape(page) for sentence in said[:2])
    assert run.config["scenario"]["question"] in unescape(page)


def test_rows_of_a_brief_are_those_of_the_headline(run, page):
    rows = [row for row in headline_rows(run.headline) if row.when == HORIZON]
    for key in (("frontier_lag_months", "china"), ("china_revenue", "nvidia")):
        (row,) = [row for row in rows if (row.measure, row.actor) == key]
        assert f">{HeadlineCells(row).difference}<" in page


def test_a_brief_is_one_page_of_valid_html_that_loads_nothing(page):
    html5lib.HTMLParser(strict=True).parse(page)
    assert not re.search(r'(src|href)="(?!data:image/svg\+xml;base64,)', page)
    assert len(page) < 2_000_000
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_brief_of_a_saved_run_is_html_markdown_and_pdf(run, ask):
    outcome = ask("task=brief", f"folder={run.folder}")
    assert outcome.status == 0, outcome.err
    folder = Path(outcome.out.splitlines()[-1])
    text = (folder / "report.md").read_text("utf-8")
    for picture in re.findall(r"\]\((report/\w+\.svg)\)", text):
        assert (folder / picture).stat().st_size > 1_000
    pages = (folder / "report.pdf").read_bytes()
    assert b"pdfuaid:part" in pages
    assert "h20 ban against baseline" in (folder / "report.html").read_text("utf-8")


def test_what_is_no_run_gets_no_brief(ask, desk):
    assert "which run? give folder=" in ask("task=brief").err
    (desk / "empty").mkdir()
    outcome = ask("task=brief", "folder=empty")
    assert outcome.status == 2
    assert "empty holds no run" in outcome.err
    assert not (desk / "outputs").exists()


def test_a_baseline_alone_has_a_brief_of_levels(ask):
    outcome = ask("scenario=baseline", *SHORT)
    page = (Path(outcome.out.splitlines()[-1]) / "report.html").read_text("utf-8")
    assert "Lag behind frontier, months" in page
    assert "Who pays" not in page


def test_text_of_a_scenario_is_never_markup(ask, desk):
    hostile = "<script>alert(1)</script> & <img src=x onerror=alert(2)>?"
    text = law_file(
        "service_ban",
        "scope: {goods: [engineers], destinations: [CHN]}\n      approval: 0.0",
    )
    (desk / "mine.yaml").write_text(
        text.replace("What would this do?", f"'{hostile}'"), encoding="utf-8"
    )
    words = ("scenario=mine", f"scenario_folder={desk}", *SHORT)
    outcome = ask(*words)
    assert outcome.status == 0, outcome.err
    page = (Path(outcome.out.splitlines()[-1]) / "report.html").read_text("utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page


def test_a_picture_without_alt_text_gets_no_pdf(tmp_path):
    picture = Picture("bare", '<svg xmlns="http://www.w3.org/2000/svg"/>', "")
    pages = (BriefSection("A picture", (picture,)),)
    bare = Document("Title", "", "", (), pages, ())
    with pytest.raises(Exception, match="alt"):
        write_pdf(bare, tmp_path / "report.pdf")


@pytest.mark.parametrize(
    ("covered", "skills", "evidence"),
    [
        ([4, 4], [0.3, 0.1], "robust"),
        ([4, 4], [0.3, -0.4], "medium"),
        ([4, 1], [0.3, 0.2], "limited"),
    ],
)
def test_evidence_follows_coverage_and_skill(covered, skills, evidence):
    rows = pd.DataFrame(
        {
            "measure": ["revenue", "revenue"],
            "actor": ["asml", "tel"],
            "periods": [4, 4],
            "covered_90": covered,
            "skill_persistence": skills,
        }
    )
    record = TrackRecord("firms' sales", rows)
    assert record.evidence == evidence
    missed = "outside: " in record.sentence
    assert missed == (covered[1] < 4)


@pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium; tests/install_chromium does it"
)
def test_a_brief_in_a_browser(run):
    asked = []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page(viewport={"width": 390, "height": 800})
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto((run.folder / "report.html").as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        faults = Axe().run(tab).response["violations"]
        printed = tab.pdf(prefer_css_page_size=True)
        browser.close()
    assert [x["id"] for x in faults if x["impact"] in ("serious", "critical")] == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2


def test_a_comparison_leaves_a_page_with_its_sentences_figures_and_tables(ask):
    outcome = ask("task=compare", "scenario=h20_ban,tight_quota", *SHORT)
    assert outcome.status == 0, outcome.err
    folder = Path(outcome.out.splitlines()[-1])
    page = (folder / "report.html").read_text("utf-8")
    html5lib.HTMLParser(strict=True).parse(page)
    summary = (folder / "summary.md").read_text("utf-8")
    items = [line[2:] for line in summary.splitlines() if line.startswith("- ")]
    assert all(item in unescape(page) for item in items)
    figures = list((folder / "figures").glob("*.png"))
    assert page.count("data:image/png;base64,") == len(figures) > 0
    assert '<th scope="row">h20_ban</th>' in page
