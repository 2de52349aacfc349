"""Words of a command: flags, with Hydra's among them, and settings `name=value`.

Hydra's usual flags work or are answered in a line that says what to use instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.domain.errors import SettingsError, nearest, one_line
from sim.settings.scenario_names import scenarios_in
from sim.settings.schema import SETTING_NAMES
from sim.settings.shipped_files import SCENARIOS
from sim.settings.task_list import SWEEP_FLAGS, TASKS

HELP, VERSION, CONFIG, COMPLETION = "help", "version", "config", "completion"
SWEEP, ONE_RUN = "sweep", "run"

_FLAGS = {
    "-h": HELP,
    "--help": HELP,
    "--version": VERSION,
    "-c": CONFIG,
    "--cfg": CONFIG,
    "-sc": COMPLETION,
    "--shell-completion": COMPLETION,
    **dict.fromkeys(SWEEP_FLAGS, SWEEP),
}
"""What each flag asks for."""

_WITHOUT_EFFECT = ("-r", "--run", "--resolve")
"""Flags of Hydra that ask for what is done anyway."""

_TAKE_A_WORD = (CONFIG, COMPLETION)

_OWN_FILES = (
    "the settings have one file; scenario_folder=... and data=... name folders of "
    "your own"
)
_INSTEAD = {
    "-i": "-c job prints the settings of a command, --help says what they mean",
    "--info": "-c job prints the settings of a command, --help says what they mean",
    "--hydra-help": "of Hydra's flags these work: -m, -c job, -sc install=bash; --help "
    "has the settings, docs/clusters.md Hydra's launchers",
    "-cn": _OWN_FILES,
    "--config-name": _OWN_FILES,
    "-cp": _OWN_FILES,
    "--config-path": _OWN_FILES,
    "-cd": _OWN_FILES,
    "--config-dir": _OWN_FILES,
    "-p": "-c job prints all settings",
    "--package": "-c job prints all settings",
    "--experimental-rerun": "give task=rerun folder=... with the folder of a run",
}
"""Flags of Hydra that do not work, and what to use."""


@dataclass(frozen=True)
class CommandWords:
    """A command, its flags separated from its settings.

    Attributes:
        asks_for: what its flags ask for.
        option: the word that belongs to the flag, such as ``job`` to ``-c``.
        overrides: the other words, in order.
    """

    asks_for: str
    option: str
    overrides: tuple[str, ...]


def read_words(words: Sequence[str]) -> CommandWords:
    """Return what a command asks for.

    Raises:
        SettingsError: a word is neither a flag nor a setting, or flags contradict.
    """
    asked: dict[str, str] = {}
    flags, overrides = [], []
    following = iter(words)
    for word in following:
        flag, equals, value = word.partition("=")
        kind = HELP if word == "help" else _FLAGS.get(flag)
        if kind in _TAKE_A_WORD:
            asked[kind] = value if equals else next(following, "")
            flags.append(flag)
        elif kind is not None and not equals:
            asked[kind] = ""
            flags.append(flag)
        elif word not in _WITHOUT_EFFECT:
            overrides.append(word)
    for kind in (HELP, VERSION):
        if kind in asked:
            return CommandWords(kind, "", tuple(overrides))
    for word in overrides:
        _check_word(word)
    if len(asked) > 1:
        raise SettingsError(f"{' and '.join(flags)} are given at once; give one alone")
    [(kind, option)] = asked.items() or [(ONE_RUN, "")]
    return CommandWords(kind, option, tuple(overrides))


def check_config(option: str) -> None:
    """Refuse what the flag ``-c`` cannot print."""
    if option != "job":
        raise SettingsError(
            f"-c {option}: write -c job, which prints the settings and the scenario; "
            "Hydra's own settings are those of sweeps, in configs/multirun.yaml"
        )


def _check_word(word: str) -> None:
    """Refuse a word that is not a setting, and say what may have been meant."""
    flag, equals, value = word.partition("=")
    if flag in _INSTEAD:
        raise SettingsError(
            f"{flag}: this flag of Hydra's is not used here; {_INSTEAD[flag]}"
        )
    if word.startswith("-"):
        name = flag.lstrip("-")
        hint = nearest(flag, [*_FLAGS, *_INSTEAD])
        if equals or name in SETTING_NAMES or not hint:
            hint = f"; settings are written without dashes, {name}={value or '...'}"
        raise SettingsError(f"{one_line(word)}: there is no such flag{hint}")
    if not equals and not word.startswith("~"):
        shown = one_line(word)
        raise SettingsError(f"{shown!r} is not a setting; {_setting_of(word)}")


def _setting_of(word: str) -> str:
    """Return the setting that a word may have been meant for."""
    written: dict[str, Iterable[str]] = {
        "task=": TASKS,
        "scenario=": scenarios_in(SCENARIOS),
        "": [f"{name}=..." for name in SETTING_NAMES],
    }
    for before, names in written.items():
        for name in names:
            if name.removesuffix("=...") == word:
                return f"write {before}{name}"
    return "settings are written name=value, such as scenario=service_ban"
