"""What is declared, what is pinned, what is shipped and what is imported agree."""

import ast
import datetime
import importlib.util
import os
import re
import site
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import sim

ROOT = Path(__file__).parents[2]
LOCKS = ("run.lock", "notebook.lock", "dev.lock")
PLATFORMS = ("linux", "darwin", "win32")
PYTHONS = ("3.11", "3.12", "3.13")
DISTRIBUTION_OF = {
    "sklearn": "scikit-learn",
    "hydra": "hydra-core",
    "yaml": "pyyaml",
    "mpl_toolkits": "matplotlib",
}
"""Distributions that are not called as what they are imported as."""

BUILT_IN_PLACE = re.compile(
    r"://|index-url|find-links|trusted-host|\b[\w-]+\.(org|io)\b"
)
"""What ties a file to one place that packages come from."""


class Pin(NamedTuple):
    """One requirement of a lock and its hashes."""

    requirement: Requirement
    hashes: frozenset[str]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    def holds(self, environment: dict[str, str]) -> bool:
        marker = self.requirement.marker
        return marker is None or marker.evaluate(environment)


def declared() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def requirements(lock: str) -> list[Requirement]:
    """Return what a lock must cover."""
    project = declared()
    tools = project["optional-dependencies"].get(lock.removesuffix(".lock"), [])
    return [Requirement(text) for text in [*project["dependencies"], *tools]]


def pins(lock: str) -> list[Pin]:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip())
    return [
        Pin(
            Requirement(entry.split("--hash")[0].strip()),
            frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry)),
        )
        for entry in entries
    ]


def environments() -> Iterator[dict[str, str]]:
    """Yield the environments of every supported Python on every platform."""
    for python in PYTHONS:
        for platform in PLATFORMS:
            yield {
                "python_version": python,
                "python_full_version": f"{python}.0",
                "sys_platform": platform,
                "platform_python_implementation": "CPython",
                "implementation_name": "cpython",
            }


def imported(module: Path, *, at_once: bool = False) -> Iterator[str]:
    """Yield the packages that a module imports: all, or those of its first lines."""
    tree = ast.parse(module.read_text("utf-8"), str(module))
    for node in tree.body if at_once else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.split(".")[0]


def load_bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "bootstrap.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Names of the files in a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    done = subprocess.run(build, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


def files_under(folder: str) -> list[str]:
    """Return the files under a folder of the checkout, as paths below it."""
    top = ROOT / folder
    found = [
        path.relative_to(top).as_posix()
        for path in top.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return [path for path in found if not path.endswith((".pyc", ".DS_Store"))]


def test_everything_that_the_package_imports_is_declared() -> None:
    modules = [*(ROOT / "sim").rglob("*.py"), *(ROOT / "hydra_plugins").rglob("*.py")]
    names = {name for module in modules for name in imported(module)}
    foreign = names - sys.stdlib_module_names - {"sim", "hydra_plugins"}
    needed = {canonicalize_name(DISTRIBUTION_OF.get(name, name)) for name in foreign}
    known = {canonicalize_name(r.name) for r in requirements("run.lock")}
    extras = declared()["optional-dependencies"]
    of_extras = {
        canonicalize_name(Requirement(text).name)
        for extra in ("joblib", "ray", "slurm", "calibration", "brief", "search")
        for text in extras[extra]
    }

    assert "numpy" in needed
    assert needed - of_extras <= known


def test_a_run_needs_no_launcher_but_the_one_for_this_machine() -> None:
    modules = (ROOT / "hydra_plugins" / "chipwar").glob("[!_]*.py")
    always = {name for module in modules for name in imported(module, at_once=True)}

    assert always & {"hydra"}
    assert not always & {"ray", "submitit", "joblib", "numpy"}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_declared_dependency_has_one_pin_wherever_the_project_runs(
    lock: str,
) -> None:
    pinned = pins(lock)
    for environment in environments():
        for wanted in requirements(lock):
            found = [
                pin.requirement
                for pin in pinned
                if pin.name == canonicalize_name(wanted.name) and pin.holds(environment)
            ]
            assert len(found) == 1, (str(wanted), environment)
            (exact,) = found[0].specifier
            assert exact.operator == "=="
            assert wanted.specifier.contains(exact.version), (str(wanted), exact)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    unhashed = [pin.name for pin in pins(lock) if not pin.hashes]

    assert len(pins(lock)) > len(requirements(lock))
    assert unhashed == []


@pytest.mark.parametrize("larger", ["notebook.lock", "dev.lock"])
def test_larger_locks_hold_every_pin_of_the_users_lock(larger: str) -> None:
    def chosen(lock: str, environment: dict[str, str]) -> set[tuple[str, str, Any]]:
        """Return what a lock installs somewhere; what a pin is bound to may differ."""
        return {
            (pin.name, str(pin.requirement.specifier), pin.hashes)
            for pin in pins(lock)
            if pin.holds(environment)
        }

    for environment in environments():
        assert chosen("run.lock", environment) <= chosen(larger, environment)


@pytest.mark.parametrize(
    "file",
    [
        "pyproject.toml",
        "bootstrap.py",
        "requirements/run.lock",
        "requirements/notebook.lock",
        "requirements/dev.lock",
        ".pre-commit-config.yaml",
        ".ci/run",
    ],
)
def test_no_file_says_where_packages_come_from(file: str) -> None:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    tied = [line for line in lines if BUILT_IN_PLACE.search(line)]

    assert lines
    assert tied == []


def test_an_old_python_is_refused_in_one_line() -> None:
    bootstrap = load_bootstrap()

    with pytest.raises(SystemExit) as refusal:
        bootstrap.refuse_old((3, 10))

    assert refusal.value.code == "Python 3.11 or newer is needed; this is Python 3.10."


@pytest.mark.parametrize("version", [(3, 11), (3, 13), (4, 0)])
def test_a_python_that_is_new_enough_is_let_through(version: tuple[int, ...]) -> None:
    load_bootstrap().refuse_old(version)


@pytest.mark.skipif(os.name == "nt", reason="the program is a script of the shell")
@pytest.mark.parametrize(
    ("command", "at_home"), [("run", False), ("notebook", False), ("test", True)]
)
def test_paths_are_those_of_the_caller_but_for_the_checkouts_own_tools(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, at_home: bool
) -> None:
    bootstrap = load_bootstrap()
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\npwd > "{tmp_path}/where"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(bootstrap, "PROGRAMS", tmp_path)
    monkeypatch.setattr(bootstrap, "prepare", lambda *_: None)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert bootstrap.main([command, "scenario_folder=mine"]) == 0
    where = Path((tmp_path / "where").read_text("utf-8").strip())
    assert where.samefile(ROOT if at_home else tmp_path / "elsewhere")


def test_the_oldest_python_is_the_same_in_bootstrap_and_project() -> None:
    oldest = ".".join(map(str, load_bootstrap().OLDEST))

    assert declared()["requires-python"] == f">={oldest}"


def test_an_old_python_can_read_the_bootstrap_far_enough_to_refuse() -> None:
    source = (ROOT / "bootstrap.py").read_text("utf-8")

    ast.parse(source, feature_version=(3, 6))


def test_the_bootstrap_needs_nothing_but_the_standard_library() -> None:
    names = set(imported(ROOT / "bootstrap.py"))

    assert "subprocess" in names
    assert names <= sys.stdlib_module_names


def test_an_environment_is_stale_once_its_lock_changes(tmp_path: Path) -> None:
    bootstrap = load_bootstrap()
    lock = tmp_path / "some.lock"
    lock.write_text("numpy==1", "utf-8")
    before = bootstrap.stamp(lock)
    lock.write_text("numpy==2", "utf-8")

    assert bootstrap.stamp(lock) != before


def test_an_environment_with_the_contributors_pins_serves_users_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap = load_bootstrap()
    environment = settled(bootstrap, tmp_path, monkeypatch)
    bootstrap.STAMP.write_text(bootstrap.stamp(bootstrap.DEV), "utf-8")
    before = {path: path.stat().st_mtime_ns for path in environment.rglob("*")}

    bootstrap.prepare(bootstrap.RUN, bootstrap.NOTEBOOK, bootstrap.DEV)

    after = {path: path.stat().st_mtime_ns for path in environment.rglob("*")}
    assert {path.name for path in after if after[path] != before.get(path)} == {
        bootstrap.LINK,
        "site-packages",
    }


@pytest.mark.parametrize("root", ["/home/a b/chips", "/home/José/chips", "/tmp/芯片"])
def test_the_environment_finds_the_checkout_from_any_folder(
    root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap = load_bootstrap()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path / root.lstrip("/"))
    bootstrap.ROOT.mkdir(parents=True)
    environment = settled(bootstrap, tmp_path, monkeypatch)
    bootstrap.link()
    (file,) = environment.rglob(bootstrap.LINK)
    before = list(sys.path)
    try:
        site.addsitedir(str(file.parent))
        assert str(bootstrap.ROOT) in sys.path
    finally:
        sys.path[:] = before


def settled(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Have the bootstrap take a folder for an environment that is made already."""
    environment = tmp_path / "environment"
    for name, path in {
        "VENV": environment,
        "STAMP": environment / "stamp.txt",
        "PYTHON": environment / "python",
    }.items():
        monkeypatch.setattr(bootstrap, name, path)
    place = {"base": str(environment)}
    Path(sysconfig.get_path("purelib", "venv", place)).mkdir(parents=True)
    (environment / "pyvenv.cfg").touch()
    bootstrap.PYTHON.touch()
    return environment


def test_an_environment_that_cannot_be_there_is_refused_in_one_line(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    reasons = {
        tmp_path / "file": "is a file",
        tmp_path: "holds files and no Python environment",
        tmp_path / "file" / "below": "could not be made: [Errno 20]",
    }
    for place, reason in reasons.items():
        refused = subprocess.run(
            [sys.executable, ROOT / "bootstrap.py", "run"],
            env={**os.environ, "CHIPWAR_VENV": str(place)},
            check=False,
            capture_output=True,
            text=True,
        )
        assert refused.returncode == 1
        assert reason in refused.stderr
        assert refused.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_bootstrap_hands_on_an_unknown_command_as_an_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert load_bootstrap().main(["simulate"]) != 0
    assert "bootstrap.py run" in capsys.readouterr().out


def test_the_version_is_the_same_wherever_it_stands() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    version = declared()["version"]

    assert str(citation["version"]) == version
    assert sim.__version__ == version
    assert f"## [{version}]" in changelog


CITATION_KEYS = {
    "abstract",
    "authors",
    "cff-version",
    "commit",
    "contact",
    "date-released",
    "doi",
    "identifiers",
    "keywords",
    "license",
    "license-url",
    "message",
    "preferred-citation",
    "references",
    "repository",
    "repository-artifact",
    "repository-code",
    "title",
    "type",
    "url",
    "version",
}
"""What the Citation File Format 1.2.0 knows."""


@pytest.mark.parametrize("filled_in", [False, True])
def test_the_citation_follows_its_format_also_with_the_fields_to_fill_in(
    filled_in: bool,
) -> None:
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    if filled_in:
        fields = re.compile(r"^# ( *(?:- )?[a-z-]+:)", re.MULTILINE)
        text = fields.sub(r"\1", text).replace("10....", "10.5281/example.1")
    citation = yaml.safe_load(text)

    assert citation.keys() <= CITATION_KEYS
    assert {"authors", "message", "title", "date-released"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] in {"software", "dataset"}
    assert citation["license"] == declared()["license"]
    assert isinstance(citation["date-released"], datetime.date)
    assert all(
        "name" in author or "family-names" in author for author in citation["authors"]
    )
    assert ("doi" in citation) == filled_in
    for identifier in citation.get("identifiers", ()):
        assert identifier["type"] in {"doi", "url", "swh", "other"}
        assert re.fullmatch(r"10\.\d{4,9}(\.\d+)?/\S+", identifier["value"])


def test_every_version_in_the_changelog_says_which_numbers_moved() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]

    assert versions
    assert all("### Numbers that moved" in version for version in versions)


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        ("sim", "sim"),
        ("configs", "sim/_shipped/configs"),
        ("scenarios", "sim/_shipped/scenarios"),
    ],
)
def test_the_wheel_carries_code_data_choices_and_scenarios(
    folder: str, place: str, shipped: frozenset[str]
) -> None:
    expected = {f"{place}/{path}" for path in files_under(folder)}

    assert expected
    assert expected <= shipped


def test_the_wheel_carries_the_schema_where_its_scenarios_look_for_it(
    shipped: frozenset[str],
) -> None:
    first, *_ = (ROOT / "scenarios" / "truce.yaml").read_text("utf-8").splitlines()
    _, _, path = first.partition("$schema=../")

    assert (ROOT / path).is_file()
    assert f"sim/_shipped/{path}" in shipped


def test_the_wheel_carries_nothing_beside_the_package(shipped: frozenset[str]) -> None:
    tops = {name.split("/")[0] for name in shipped}
    version = declared()["version"]

    assert tops <= {"sim", "hydra_plugins", f"chip_war_simulator-{version}.dist-info"}
