"""How a command is given and what it answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import sim.tasks.run  # imported here, so that its types are checked elsewhere
from sim.__main__ import main
from sim.experiments.session import Session
from tests.worlds import unchecked

FEW = ("draws=2", "horizon=2025-09", "figures=false")
"""A run that is quick, and long enough for the laws to differ."""

FEW_WITH_FIGURES = (*FEW[:2], "figures=true")
"""The same with figures."""


_LAW = """
question: What would this do?
source: a test
base: current_law
regime:
  add:
    mine:
      kind: {kind}
      title: A test
      issuer: USA
      announced: "2025-02-24"
      effective: "2025-07-01"
      {terms}
      reference: none
      source: a test
"""


def law_file(kind: str, *terms: str) -> str:
    """Return a scenario file that adds one act to current law, with its own terms."""
    return _LAW.format(kind=kind, terms="\n      ".join(terms))


@dataclass(frozen=True)
class Outcome:
    """What a command ended with and said."""

    status: int
    out: str
    err: str


Ask = Callable[..., Outcome]


@pytest.fixture(scope="session")
def shared_session() -> Iterator[Session]:
    """A session that all modules here share: most of them run the same few draws."""
    session = Session()
    Session.current = None
    yield session
    session.close()


@pytest.fixture(autouse=True, scope="module")
def _quick(shared_session) -> Iterator[None]:
    """Leave out type checks that other tests make, and runs that were made before."""
    assert sim.tasks.run
    Session.current = shared_session
    with unchecked():
        yield
    Session.current = None


@pytest.fixture(scope="module")
def nothing_kept(_quick) -> None:
    """Run everything anew: for tests that compare two ways of running the same."""
    Session.current = None


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """A folder of one's own to stand in, so that whatever is written can be seen."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ask(desk, capsys) -> Ask:
    """Give a command from an empty folder."""

    def give(*words: str) -> Outcome:
        capsys.readouterr()
        status = main(words)
        said = capsys.readouterr()
        return Outcome(status, said.out, said.err)

    return give


@pytest.fixture
def refused(ask, desk) -> Callable[..., str]:
    """Give a command that must be refused; return its one line."""

    def give(*words: str) -> str:
        before = sorted(desk.rglob("*"))
        outcome = ask(*words)
        assert outcome.status == 2, outcome
        assert outcome.err.startswith("error: ")
        assert outcome.err.count("\n") == 1
        assert "Traceback" not in outcome.err
        assert sorted(desk.rglob("*")) == before
        return outcome.err.strip().removeprefix("error: ")

    return give


@pytest.fixture
def scenario_file(desk) -> Callable[..., tuple[str, str]]:
    """Write a scenario file; return the words that choose it."""

    def write(text: str, name: str = "mine") -> tuple[str, str]:
        folder = desk / "scenarios"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return f"scenario_folder={folder}", f"scenario={name}"

    return write
