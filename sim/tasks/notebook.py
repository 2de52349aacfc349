"""What a notebook calls: the same tasks as the command line, through the same door."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from sim.domain.errors import NotDrawnError, SettingsError
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.experiments.session import MOST_DRAWS, Session
from sim.outcomes import disk
from sim.outcomes.compared_runs import compare_results, labels
from sim.outcomes.folder_path import RUN_FOLDER, folder_path
from sim.outcomes.headline import HORIZON
from sim.outcomes.measures.measure import CHINA
from sim.outcomes.saved_run import RunFolder
from sim.presentation.question import print_warnings
from sim.presentation.terminal_tables import console
from sim.presentation.written_run import Run, load
from sim.presentation.written_sweep import Sweep, load_sweep
from sim.settings.compared_scenarios import check_several
from sim.settings.overrides import format_override, format_overrides, format_value
from sim.settings.scenario_names import name_fault
from sim.settings.sweep_command import read_sweep
from sim.settings.task_list import TASKS
from sim.tasks.attribute import ATTRIBUTE, Attributed
from sim.tasks.break_even import BREAK_EVEN, BreakEven
from sim.tasks.brief import Brief, write_brief
from sim.tasks.compare import COMPARE, Compared
from sim.tasks.discover import DISCOVER, Discovery
from sim.tasks.forecast import FORECAST, Forecast
from sim.tasks.hindcast import HINDCAST, Hindcast
from sim.tasks.law_figures import LAW_FIGURES, LawFigures
from sim.tasks.news import NEWS, NewsStudy
from sim.tasks.notebook_questions import command_of
from sim.tasks.prepare import prepare
from sim.tasks.rerun import Rerun, run_again
from sim.tasks.run import run_and_write
from sim.tasks.score import SCORE, Score
from sim.tasks.search import SEARCH, SearchResult
from sim.tasks.sensitivity import SENSITIVITY, Sensitivity
from sim.tasks.study_run import Result, Study, StudyResult
from sim.tasks.sweep.block_job import run_block
from sim.tasks.sweep.sweep_run import run_sweep
from sim.tasks.verify import Verification, verify_sample
from sim.tasks.why import Why, explain_difference

if TYPE_CHECKING:
    from sim.tasks.voi import InformationWorth  # which needs an extra


def run(scenario: str, *, quiet: bool = False, **settings: Any) -> Run:
    """Run a scenario beside its baseline, write its folder and return the results.

    Args:
        scenario: its name, such as ``service_ban``.
        quiet: whether to show no progress, and print no warnings.
        settings: any setting of the command line, such as ``draws=500`` or
            ``assumptions={"fab.initial_slack": 1.1}``; a scenario is changed by
            ``**{"scenario.regime.add.service_ban.effective": "2027-07"}``.

    Raises:
        ChipWarError: something in what was asked is wrong; says what, in one line.

    Example:
        >>> import sim
        >>> sim.run("service_ban", draws=100).headline  # doctest: +SKIP
    """
    command = command_of({"scenario": scenario, "quiet": quiet, **settings})
    prepared = prepare(command)
    if not quiet:
        print_warnings(prepared.warnings, console(sys.stderr))
    result = run_and_write(prepared, command.overrides)
    _warn_if_not_drawn(result.not_drawn, result.folder)
    return result


def session(most_draws: int = MOST_DRAWS) -> Session:
    """Open a session, in which questions share what they have in common.

    While it is open, the baseline of a run is kept in memory: another scenario with the
    same draws, seed, horizon, assumptions and record is run from the first month in
    which its law differs, and its baseline not at all. Numbers are the same to the last
    bit. It is open until it is closed, or another is opened.

    Args:
        most_draws: draws that are kept at most, over all months that are kept; one
            takes about 70 kB of memory. What was used longest ago is dropped first.

    Example:
        >>> import sim
        >>> with sim.session():
        ...     ban = sim.run("service_ban")  # doctest: +SKIP
        ...     truce = sim.run("truce")  # doctest: +SKIP
    """
    return Session(most_draws)


def why(
    scenario: str,
    measure: str = "ai_compute_stock",
    actor: str | None = None,
    *,
    month: object = None,
    quiet: bool = False,
    **settings: Any,
) -> Why:
    """Say what makes a number differ between a scenario and its baseline.

    Args:
        scenario: its name.
        measure: the measure that is asked about.
        actor: whose value, by id or name; the first of the measure if not given.
        month: in which month; the horizon if not given.
        quiet: whether to show no progress.
        settings: other settings of the command line, such as ``draws=200``.

    Example:
        >>> import sim
        >>> sim.why("service_ban", "china_revenue", "asml").chain  # doctest: +SKIP
    """
    asked = {"measure": measure, "actor": actor, "month": month}
    choices = {"task": "why", "scenario": scenario, "quiet": quiet, **asked}
    return explain_difference(command_of({**choices, **settings}))


def brief(run: RunFolder | str | Path, **settings: Any) -> Brief:
    """Write a run on two pages: report.html, report.md and, with typst, report.pdf.

    Args:
        run: what `sim.run` or `sim.load` returned, or the folder of a run.
        settings: other settings of the command line, such as ``outputs="briefs"``.

    Raises:
        ChipWarError: the folder holds no whole run, or cannot be written to.

    Example:
        >>> import sim
        >>> sim.brief("outputs/service_ban/2026-11-30T12-00-00")  # doctest: +SKIP
    """
    path = folder_path(getattr(run, "folder", run), RUN_FOLDER)
    return write_brief(command_of({"task": "brief", "folder": path, **settings}))


def rerun(folder: str | Path, *, quiet: bool = False, **settings: Any) -> Rerun:
    """Run a saved run again, into a folder beside it, and compare every file.

    Args:
        folder: where the saved run is.
        quiet: whether to show no progress.
        settings: `outputs`, `data`, `workers` or `debug`; all others are those of the
            saved run.

    Raises:
        ChipWarError: the folder holds no whole run, or it cannot be run here.

    Example:
        >>> import sim
        >>> again = sim.rerun("outputs/service_ban/2026-11-30T12-00-00")
        ... # doctest: +SKIP
        >>> again.same, again.differences  # doctest: +SKIP
    """
    path = folder_path(folder, RUN_FOLDER)
    choices = {"task": "rerun", "folder": path, "quiet": quiet, **settings}
    command = command_of(choices)
    return run_again(command, command.overrides)


def verify(folder: str | Path, *, quiet: bool = False, **settings: Any) -> Verification:
    """Run some draws of a saved run again, and compare them with what was saved.

    Args:
        folder: where the saved run is.
        quiet: whether to show no progress.
        settings: `data`, `workers` or `debug`; all others are those of the saved run.

    Raises:
        ChipWarError: the folder holds no whole run, or it cannot be run here.

    Example:
        >>> import sim
        >>> sim.verify("outputs/service_ban/2026-11-30T12-00-00")  # doctest: +SKIP
    """
    path = folder_path(folder, RUN_FOLDER)
    choices = {"task": "verify", "folder": path, "quiet": quiet, **settings}
    return verify_sample(command_of(choices))


def sweep(
    varied: Mapping[str, object], *, quiet: bool = False, **settings: Any
) -> Sweep:
    """Run every point of a design in this process, and return the sweep.

    The command line shares the work over all processors; what it has run is not run
    again here, nor the other way round.

    Args:
        varied: what is swept: for each setting its values, or a text in the command
            line's notation such as ``interval(0.1,0.5)``.
        quiet: whether to print nothing but the folder of the results.
        settings: other settings of the command line, such as ``scenario="h20_ban"``,
            ``draws=100`` or ``**{"sweep.design": "sobol", "sweep.points": 64}``.

    Raises:
        ChipWarError: something in what was asked is wrong; says what, in one line.

    Example:
        >>> import sim
        >>> sim.sweep(  # doctest: +SKIP
        ...     {"assumptions.service.grey_market_parts_coverage": [0.1, 0.3, 0.5]},
        ...     scenario="service_ban",
        ...     draws=100,
        ... ).table
    """
    if not isinstance(varied, Mapping):
        raise SettingsError(
            "what is swept? give settings with their values, such as "
            '{"assumptions.fab.initial_slack": [1.0, 1.1]}'
        )
    factors = [
        format_override(key, values, several=True) for key, values in varied.items()
    ]
    overrides = [*factors, *format_overrides({"quiet": quiet, **settings})]
    outcome = run_sweep(read_sweep(overrides), _one_after_another)
    if outcome.folder is None:
        raise SettingsError("sweep.dry_run=true: a dry run leaves nothing to load")
    _warn_if_not_drawn(outcome.not_drawn, outcome.folder)
    return load_sweep(outcome.folder)


def _one_after_another(folder: Path, blocks: Sequence[str]) -> dict[str, str]:
    for block in blocks:
        run_block(str(folder), block)
    return {}


def compare(
    runs: Sequence[RunFolder | str | Path],
    measure: str | Sequence[str] = (),
    actor: str | None = None,
    *,
    when: object = None,
    quiet: bool = False,
    **settings: Any,
) -> pd.DataFrame | Compared:
    """Compare scenarios by their names, or runs that were made before.

    Scenarios are run in the same worlds beside one baseline, as by `task=compare`. Runs
    with the same seed are compared draw by draw, in the draws that all have; the first
    is the one compared with.

    Args:
        runs: names of scenarios; or what `sim.run` or `sim.load` returned, or their
            folders.
        measure: of runs, one measure or several; by default those of the headline.
        actor: of runs, whom they are about; all recorded if not given.
        when: of runs, a month, or a year; by default the last month that all have. A
            flow is that of the twelve months to it.
        quiet: of scenarios, whether to show no progress.
        settings: of scenarios, settings of the command line, such as ``draws=500`` or
            ``objectives={"tools": "sum(china_revenue[asml, tel])"}``.

    Returns:
        Of scenarios, the comparison, with its summary and its tables. Of runs, a table
        with a row for each measure, actor and run: quantiles of the level, of the
        difference and of the change in per cent, and in which share of draws it is
        higher.

    Raises:
        ChipWarError: something was not recorded, or there is nothing to compare.

    Example:
        >>> import sim
        >>> laws = sim.compare(["service_ban", "h20_ban"])  # doctest: +SKIP
        >>> laws.effects, laws.ranks, laws.pairs  # doctest: +SKIP
        >>> ban, gap = sim.run("service_ban"), sim.run("h20_ban")  # doctest: +SKIP
        >>> sim.compare([ban, gap], "ai_compute_stock", "china")  # doctest: +SKIP
    """
    if isinstance(runs, str | bytes) or not hasattr(runs, "__iter__"):
        raise SettingsError(
            "give two or more runs to compare, or names of scenarios, as a list"
        )
    given = list(runs)
    if given and all(map(_is_name_of_scenario, given)):
        if measure or actor or when is not None:
            raise SettingsError(
                "measure, actor and when are for runs; of scenarios the whole "
                "comparison is returned, with its tables"
            )
        names = [str(name) for name in given]
        check_several(names)
        return _run(COMPARE, scenario=names, quiet=quiet, **settings)
    if settings:
        raise SettingsError(
            f"{next(iter(settings))}: runs that were made before have their settings; "
            "give names of scenarios to run them"
        )
    folders = [run if isinstance(run, RunFolder) else load(run) for run in given]
    names = labels([run.scenario for run in folders])
    results = {name: run.results for name, run in zip(names, folders, strict=True)}
    measures = [measure] if isinstance(measure, str) else list(measure)
    return compare_results(results, measures, actor, _month(when))


def _is_name_of_scenario(run: object) -> bool:
    """Return whether a text names a scenario, and no folder."""
    return (
        isinstance(run, str)
        and name_fault(Path(f"{run}.yaml")) == ""
        and not Path(run).is_dir()
    )


def _month(when: object) -> Month | None:
    """Return a month, or the last of a year."""
    if when is None or when == HORIZON:
        return None
    text = format_value(when).strip("'")
    try:
        return Month(int(text), MONTHS_A_YEAR) if text.isdigit() else Month.parse(text)
    except ValueError as error:
        raise SettingsError(f"when={text}: {error}") from error


def news(
    scenario: str = "baseline", *, quiet: bool = False, **settings: Any
) -> NewsStudy:
    """Set the model's one-day returns on dated news beside those observed.

    Args:
        scenario: under whose law the record is run.
        quiet: whether to show no progress.
        settings: other settings of the command line, such as ``draws=500``.

    Example:
        >>> import sim
        >>> sim.news(draws=100).table  # doctest: +SKIP
    """
    return _run(NEWS, scenario=scenario, quiet=quiet, **settings)


def law_figures(
    scenario: str = "baseline", *, quiet: bool = False, **settings: Any
) -> LawFigures:
    """Draw the law of a scenario: chips against its limits, and its instruments.

    Args:
        scenario: the scenario whose law is drawn.
        quiet: whether to print nothing.
        settings: other settings of the command line, such as ``horizon="2027-12"`` or
            ``law_folder="my_law"``.

    Example:
        >>> import sim
        >>> law = sim.law_figures()  # doctest: +SKIP
        >>> law.headroom_figure  # doctest: +SKIP
        >>> law.headroom  # doctest: +SKIP
    """
    return _run(LAW_FIGURES, scenario=scenario, quiet=quiet, **settings)


def hindcast(*, quiet: bool = False, **settings: Any) -> Hindcast:
    """Score the model on every observed series, beside naive rivals.

    Args:
        quiet: whether to show no progress.
        settings: other settings of the command line, such as ``as_of="2024-06"``.

    Example:
        >>> import sim
        >>> sim.hindcast(draws=100).scores.totals  # doctest: +SKIP
    """
    return _run(HINDCAST, quiet=quiet, **settings)


def forecast(*, quiet: bool = False, **settings: Any) -> Forecast:
    """Return the quantiles of what firms and chips will do after the record.

    Args:
        quiet: whether to show no progress.
        settings: other settings of the command line, such as ``draws=500``.

    Example:
        >>> import sim
        >>> sim.forecast(draws=100).table  # doctest: +SKIP
    """
    return _run(FORECAST, quiet=quiet, **settings)


def score(
    forecast: RunFolder | StudyResult | str | Path,
    observations: str | Path | pd.DataFrame,
    **settings: Any,
) -> Score:
    """Score a forecast on disk on new observations; the model is not run.

    Args:
        forecast: the forecast, or its folder; also a run, or the folder of one.
        observations: a CSV file or a frame: measure, actor, period, value, source.
        settings: other settings of the command line, such as ``outputs="scores"``.

    Example:
        >>> import sim
        >>> sim.score("outputs/forecast/...", "mine.csv").table  # doctest: +SKIP
    """
    given = getattr(forecast, "folder", forecast)
    folder = folder_path(given, "outputs/forecast/<time>")
    if not isinstance(observations, pd.DataFrame):
        file = folder_path(observations, "observations.csv")
        return _run(SCORE, folder=folder, observations=file, **settings)
    place = disk.temporary_folder("chipwar-")
    try:
        file = place / "observations.csv"
        disk.write_text(file, observations.to_csv(index=False))
        return _run(SCORE, folder=folder, observations=file, **settings)
    finally:
        disk.remove_folder(place)


def sensitivity(
    scenario: str,
    measure: str | None = None,
    actor: str = CHINA,
    *,
    leading: int = 8,
    rows: int = 8192,
    quiet: bool = False,
    **settings: Any,
) -> Sensitivity:
    """Say which assumptions the effects of a scenario depend on.

    Args:
        scenario: its name; of the baseline, its quantities are looked at themselves.
        measure: of which effect there are to be Sobol' indices too, with intervals, by
            year; without it there are rank correlations of all effects.
        actor: of which actor.
        leading: assumptions with an index of their own, the heaviest by screening.
        rows: most points of each of the two samples, a power of two.
        quiet: whether to show no progress.
        settings: other settings of the command line, such as ``draws=1000``.

    Example:
        >>> import sim
        >>> sim.sensitivity("service_ban", draws=500).table  # doctest: +SKIP
        >>> sim.sensitivity("service_ban", "ai_compute_stock")  # doctest: +SKIP
    """
    options = {"measure": measure, "actor": actor, "leading": leading, "rows": rows}
    given = {f"sensitivity.{name}": value for name, value in options.items()}
    return _run(SENSITIVITY, scenario=scenario, quiet=quiet, **given, **settings)


def attribute(
    scenario: str,
    measure: str = "frontier_lag_months",
    actor: str = CHINA,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    channels: bool = True,
    quiet: bool = False,
    **settings: Any,
) -> Attributed:
    """Share an effect out over the instruments of a scenario, and over channels.

    Args:
        scenario: its name.
        measure: whose effect it is.
        actor: of which actor.
        groups: instruments that count as one, by a name for them.
        channels: whether to share it out over channels too.
        quiet: whether to show no progress.
        settings: other settings of the command line, such as ``draws=200``.

    Example:
        >>> import sim
        >>> sim.attribute("match_act").instruments  # doctest: +SKIP
    """
    given = {
        "attribute.measure": measure,
        "attribute.actor": actor,
        "attribute.channels": channels,
        "attribute.groups": _lists(groups),
    }
    return _run(ATTRIBUTE, scenario=scenario, quiet=quiet, **given, **settings)


def voi(
    scenarios: Sequence[str],
    objective: str = "china_compute",
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    quiet: bool = False,
    **settings: Any,
) -> InformationWorth:
    """Say what knowing an assumption first is worth to whoever chooses a scenario.

    Args:
        scenarios: their names; the baseline is one of the laws to choose from.
        objective: by which they are judged, one of those of `compare`.
        groups: assumptions that would be learned together, by a name for them.
        quiet: whether to show no progress.
        settings: other settings of the command line, such as ``draws=2000`` or
            ``objectives={...}`` as of `compare`.

    Raises:
        ChipWarError: scikit-learn, of the extra ``calibration``, is not installed, or
            something in what was asked is wrong.

    Example:
        >>> import sim
        >>> sim.voi(["h20_ban", "service_ban"]).table  # doctest: +SKIP
    """
    given = {"voi.objective": objective, "voi.groups": _lists(groups)}
    names = list(scenarios)
    check_several(names)
    command = command_of(
        {"task": "voi", "scenario": names, "quiet": quiet, **given, **settings}
    )
    study: Study[InformationWorth] = cast("Any", TASKS["voi"].load())
    result = study.run(command, command.overrides)
    _warn_if_not_drawn(result.not_drawn, result.folder)
    return result


def break_even(
    scenario: str,
    over: str,
    *,
    low: float | str | None = None,
    high: float | str | None = None,
    measure: str = "ai_compute_stock",
    actor: str = CHINA,
    month: object = None,
    statistic: str = "median",
    target: float | None = None,
    quiet: bool = False,
    **settings: Any,
) -> BreakEven:
    """Find at which value of one number the effect of a scenario turns.

    Args:
        scenario: its name.
        over: the number: ``assumptions.NAME``, or a number or a date of the scenario.
        low: the lower end; that of the assumption's range if not given.
        high: the upper end, likewise.
        measure: whose effect is looked at.
        actor: of which actor.
        month: in which month; the horizon if not given.
        statistic: ``median``, or ``share`` of draws in which the effect is a rise.
        target: what it is to reach; where the effect changes sign if not given.
        quiet: whether to show no progress.
        settings: other settings of the command line, such as ``draws=200``.

    Example:
        >>> import sim
        >>> parts = "assumptions.service.grey_market_parts_coverage"
        >>> sim.break_even("service_ban", parts).crossings  # doctest: +SKIP
    """
    options = {
        "over": over,
        "low": low,
        "high": high,
        "measure": measure,
        "actor": actor,
        "month": month,
        "statistic": statistic,
        "target": target,
    }
    given = {f"break_even.{name}": value for name, value in options.items()}
    return _run(BREAK_EVEN, scenario=scenario, quiet=quiet, **given, **settings)


def discover(
    scenario: str,
    *,
    objective: str = "china_compute",
    where: str = "worse",
    target: float | None = None,
    against: str | None = None,
    fresh: int | None = None,
    method: str = "prim",
    quiet: bool = False,
    **settings: Any,
) -> Discovery:
    """Find under which conditions a scenario backfires, or is beaten.

    Args:
        scenario: its name.
        objective: by which it is judged: one of the objectives of a comparison.
        where: the draws looked for: those in which it is ``worse``, or ``better``.
        target: the change that it is to reach, in the objective's unit; any if not
            given.
        against: a scenario that it is compared with; the baseline if not given.
        fresh: draws in which what was found is scored again; as many as `draws` if not
            given.
        method: ``prim`` for one box, ``tree`` for the leaves of a tree.
        quiet: whether to show no progress.
        settings: other settings of the command line, such as ``draws=2000``.

    Example:
        >>> import sim
        >>> ban = sim.discover("service_ban")  # doctest: +SKIP
        >>> ban, ban.limits, ban.scores, ban.worlds()  # doctest: +SKIP
    """
    options = {
        "objective": objective,
        "where": where,
        "target": target,
        "against": against,
        "fresh": fresh,
        "method": method,
    }
    given = {f"discover.{name}": value for name, value in options.items()}
    return _run(DISCOVER, scenario=scenario, quiet=quiet, **given, **settings)


def search(*, quiet: bool = False, **settings: Any) -> SearchResult:
    """Search legal designs for the best by several objectives.

    Args:
        quiet: whether to show no progress.
        settings: settings of the command line, such as ``draws=100`` or
            ``search={"generations": 20, "population": 60}``.

    Example:
        >>> import sim
        >>> best = sim.search(search={"generations": 20})  # doctest: +SKIP
        >>> best, best.front, best.scenarios["design_01"]  # doctest: +SKIP
    """
    return _run(SEARCH, quiet=quiet, **settings)


def _lists(groups: Mapping[str, Sequence[str]] | None) -> dict[str, list[str]]:
    return {name: list(members) for name, members in (groups or {}).items()}


def _run(study: Study[Result], **choices: object) -> Result:
    command = command_of({"task": study.name, **choices})
    result = study.run(command, command.overrides)
    _warn_if_not_drawn(result.not_drawn, result.folder)
    return result


def _warn_if_not_drawn(reason: str, folder: Path) -> None:
    """Warn whoever called a function of this module that results lack their figures."""
    if reason:
        warnings.warn(str(NotDrawnError(reason, folder)), stacklevel=3)
