"""The scenarios on offer: the shipped ones and those in a folder of the user's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sim.domain.errors import ScenarioError, SettingsError, choices, one_line
from sim.records.scenario_file import read_file
from sim.settings.checks import existing_folder
from sim.settings.scenario_merge import COMBINE, JOIN
from sim.settings.scenario_names import ENDINGS, name_fault, scenarios_in
from sim.settings.shipped_files import SCENARIOS

_SELF = "_self_"
_DEEPEST = 8
"""Scenarios may build on one another, but not without end."""


@dataclass(frozen=True)
class ScenarioFiles:
    """Scenario files by name, in the order in which they are listed.

    Attributes:
        files: the files by name.
        folder: the folder of the user's own files, if there is one.
    """

    files: Mapping[str, Path]
    folder: Path | None = None

    @classmethod
    def find(cls, folder: str | Path | None = None) -> "ScenarioFiles":
        """Return the shipped scenarios and a folder's own, which may replace them."""
        files = scenarios_in(SCENARIOS)
        if folder is None:
            return cls(files)
        own = existing_folder("scenario_folder", str(folder))
        return cls(files | scenarios_in(own), own)

    @property
    def passed_over(self) -> list[str]:
        """What is wrong with the names of files in the user's folder, one by one."""
        if self.folder is None:
            return []
        return [
            f"{one_line(path.name)} is passed over: {fault}"
            for path in sorted(self.folder.iterdir())
            if path.is_file() and (fault := name_fault(path))
        ]

    def replaces(self, name: str) -> bool:
        """Return whether a file of the user's folder replaces a shipped scenario.

        One that says the same as the shipped file does not; one that is wrong does.
        """
        shipped = ScenarioFiles.find()
        own = self.folder is not None and self.files[name].parent == self.folder
        if not own or name not in shipped.files:
            return False
        try:
            return self.read(name) != shipped.read(name)
        except ScenarioError:
            return True

    def replacements(self, names: Iterable[str]) -> list[str]:
        """Return which files of some names replace shipped scenarios, a line each."""
        return [
            f"{one_line(str(self.files[name]))} takes the place of the shipped "
            f"scenario {name}"
            for name in names
            if self.replaces(name)
        ]

    def read(self, name: str, setting: str = "scenario") -> dict[str, Any]:
        """Return what the file of a scenario says, unchecked but for its form.

        Raises:
            SettingsError: there is no such scenario.
            ScenarioError: the file is not a scenario, or reaches beyond itself.
        """
        if name not in self.files:
            raise SettingsError(
                f"{setting}={name}: there is no scenario called {name!r}"
                f"{self._path_hint(name) or self._choices(name)}"
            )
        own = self.files[name].parent == self.folder
        if not own and (passed := self._passed_over(name)):
            raise SettingsError(f"{setting}={name}: in {self.folder}, {passed[0]}")
        content = _plain(_unwrapped(read_file(self.files[name])), name)
        assert isinstance(content, dict)
        return content

    def _path_hint(self, name: str) -> str:
        """Say how a file is chosen, if a path was given in place of a name."""
        path = Path(name)
        is_file = path.suffix.lower() in ENDINGS
        if not is_file and len(path.parts) < 2:
            return ""
        stem = path.stem if is_file else path.name
        if len(path.parts) < 2 and stem in self.files:
            return f"; give its name alone, {stem}"
        return f"; give folder and name, scenario_folder={path.parent} scenario={stem}"

    def _choices(self, name: str) -> str:
        """Return the nearest names, or say why a file of that name is passed over."""
        if passed := self._passed_over(name):
            return f"; in {self.folder}, {passed[0]}"
        return choices(name, self.files, "task=scenarios")

    def _passed_over(self, name: str) -> list[str]:
        """Return what is wrong with files that have the name of a scenario."""
        return [text for text in self.passed_over if text.startswith(f"{name}.")]

    def parts_of(self, name: str, setting: str = "scenario") -> list[str]:
        """Return the scenarios that a name such as ``a+b`` combines; none of others.

        A file of that very name goes first: a run keeps its scenarios so.

        Raises:
            SettingsError: a part is missing, or is named twice.
        """
        if name in self.files or JOIN not in name:
            return []
        parts = name.split(JOIN)
        if not all(parts):
            raise SettingsError(
                f"{setting}={name}: a name is missing beside {JOIN}; combine "
                "scenarios as in service_ban+tight_quota"
            )
        for number, part in enumerate(parts):
            if part in parts[:number]:
                raise SettingsError(
                    f"{setting}={name}: {part} is combined with itself; name each "
                    "scenario once"
                )
        return parts

    def combined_in(self, name: str, content: Mapping[str, Any]) -> list[str]:
        """Return the scenarios that the content of a file combines.

        Raises:
            ScenarioError: it does not name two scenarios or more, or builds on others
                besides.
        """
        where = f"scenario {name}, {COMBINE}"
        given = content[COMBINE]
        parts = list(map(str, given)) if isinstance(given, list) else []
        if len(parts) < 2 or len(set(parts)) < len(parts):
            raise ScenarioError(
                f"{where}: must name two scenarios or more, each once, such as "
                "[service_ban, tight_quota]"
            )
        for part in parts:
            if part not in self.files:
                raise ScenarioError(
                    f"{where}: {part!r} is not a scenario{self._choices(part)}"
                )
        if "defaults" in content:
            raise ScenarioError(
                f"{where}: a scenario that combines others has no defaults besides; "
                f"name them under {COMBINE}"
            )
        return parts

    def names_read(self, name: str) -> list[str]:
        """Return the scenarios whose files are read for a name, each once.

        These are its own or those of its parts, and those that they build on.
        """
        read: list[str] = []
        waiting = [name] if name in self.files else name.split(JOIN)
        while waiting:
            each = waiting.pop(0)
            if each in read or each not in self.files:
                continue
            read.append(each)
            content = self.read(each)
            waiting += self._parents(each, content.get("defaults", []))
            waiting += self.combined_in(each, content) if COMBINE in content else []
        return read

    def with_parents(
        self, name: str, setting: str = "scenario"
    ) -> dict[str, dict[str, Any]]:
        """Return a scenario's content and that of the scenarios it builds on, by name.

        Raises:
            SettingsError: there is no such scenario.
            ScenarioError: its `defaults:` name something else than scenarios, or lead
                in a circle.
        """
        contents = {name: self.read(name, setting)}
        self._add_parents(name, (), contents)
        return contents

    def _add_parents(
        self, name: str, above: tuple[str, ...], contents: dict[str, dict[str, Any]]
    ) -> None:
        if name in above or len(above) > _DEEPEST:
            raise ScenarioError(
                f"scenario {above[0]}: its defaults lead in a circle, "
                f"{' > '.join([*above, name])}"
            )
        for parent in self._parents(name, contents[name].get("defaults", [])):
            contents.setdefault(parent, self.read(parent))
            self._add_parents(parent, (*above, name), contents)

    def _parents(self, name: str, defaults: object) -> list[str]:
        """Return the scenarios that a `defaults:` list names, and refuse all else."""
        entries = defaults if isinstance(defaults, list) else [defaults]
        for entry in entries:
            if entry != _SELF and entry not in list(self.files):
                parent = str(entry)[:60]
                raise ScenarioError(
                    f"scenario {name}, defaults: {parent!r} is not a scenario; only "
                    f"scenarios can be built on{self._choices(parent)}"
                )
        return [str(entry) for entry in entries if entry != _SELF]


def _unwrapped(content: dict[str, Any]) -> dict[str, Any]:
    """Return the scenario that was pasted from the `config.yaml` of a run.

    There it is below `scenario`, with its name; here the name of the file counts.
    """
    below = content.get("scenario") if len(content) == 1 else None
    scenario = below if isinstance(below, dict) else content
    return {key: value for key, value in scenario.items() if key != "name"}


def _plain(value: object, name: str, key: str = "") -> object:
    """Return content that names nothing outside itself; days become text."""
    if isinstance(value, dict):
        if None in value:
            raise ScenarioError(
                f"scenario {name}, {key or 'the file'}: holds a key that is empty or "
                "null; write a name, or quote it"
            )
        return {
            _plain(field, name, key): _plain(item, name, f"{key}.{field}".strip("."))
            for field, item in value.items()
        }
    if isinstance(value, list):
        return [_plain(item, name, key) for item in value]
    if isinstance(value, str) and "${" in value:
        raise ScenarioError(
            f"scenario {name}, {key or 'a key'}: holds '${{'; a scenario is data and "
            "refers to nothing outside itself"
        )
    return value.isoformat() if isinstance(value, date) else value
