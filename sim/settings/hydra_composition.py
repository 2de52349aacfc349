"""What Hydra composes: settings from the shipped files, and a scenario's content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.conf import HydraConf
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from hydra.version import VersionBase
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.domain.errors import SettingsError, one_line
from sim.settings.shipped_files import CONFIGS

_COMPOSING = RLock()
_HYDRA = "hydra"
_OF_HYDRA = (_HYDRA, "_")
_SCENARIO = "scenario"


def composed(
    overrides: Sequence[str], contents: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return what Hydra composes of overrides, as plain values; a scenario as written.

    Args:
        overrides: in Hydra's grammar.
        contents: what the scenario files say that may be chosen, by name.

    Raises:
        SettingsError: they cannot be composed; says why in one line.
    """
    try:
        with (
            _hydra_to_oneself(),
            registered_with_hydra(contents),
            initialize_config_dir(str(CONFIGS), version_base="1.3"),
        ):
            _leave_out_own_settings()
            tree = compose("config", overrides=list(overrides))
        return _plain(tree)
    except (HydraException, OmegaConfBaseException) as error:
        for override in overrides:
            if "${" in override:
                raise SettingsError(
                    f"{one_line(override.lstrip('+'))}: ${{...}} refers to nothing "
                    "that has a value"
                ) from error
        first = next(iter(str(error).splitlines()), "")
        raise SettingsError(one_line(first)) from error


@contextmanager
def _hydra_to_oneself() -> Iterator[None]:
    """Let one thread compose at a time, and give Hydra back to a program that uses it.

    Hydra holds what it composes from once for the whole process.
    """
    with _COMPOSING:
        used, base = GlobalHydra.instance().hydra, VersionBase.instance().version_base
        GlobalHydra.instance().hydra = None
        try:
            yield
        finally:
            GlobalHydra.instance().hydra = used
            VersionBase.instance().version_base = base


@contextmanager
def registered_with_hydra(contents: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Offer scenarios to Hydra as the group `scenario` within a context.

    What a program that uses Hydra itself has registered is not offered there.
    """
    store = ConfigStore.instance()
    before = store.repo
    store.repo = {key: before[key] for key in before if key.startswith(_OF_HYDRA)}
    try:
        for name, content in contents.items():
            store.store(group=_SCENARIO, name=name, node=dict(content))
        yield
    finally:
        store.repo = before


def _leave_out_own_settings() -> None:
    """Spare Hydra its own settings, of logging, launchers and so on.

    A configuration is composed without them in less than half the time. Sweeps have
    them: Hydra runs these itself.
    """
    store = ConfigStore.instance()
    store.repo.pop(_HYDRA)
    store.store(group=_HYDRA, name="config", node=HydraConf(defaults=[]))


def _plain(tree: Any) -> dict[str, Any]:
    """Return plain values, with references resolved in the settings alone."""
    OmegaConf.set_struct(tree, False)
    scenario = tree.pop(_SCENARIO, None)
    plain = OmegaConf.to_container(tree, resolve=True)
    assert isinstance(plain, dict)
    if scenario is not None:
        content = OmegaConf.to_container(scenario, resolve=False)
        return {**plain, _SCENARIO: content}
    return {str(key): value for key, value in plain.items()}
