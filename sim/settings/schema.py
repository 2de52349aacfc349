"""The settings of a command, each with its type, its bounds and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from sim.experiments.factors import MOST_POINTS
from sim.settings.search_settings import LeverSettings, SearchSettings
from sim.settings.setting_types import (
    DaySetting,
    End,
    Finite,
    MonthSetting,
    Name,
    NumbersByName,
    Place,
    Quantity,
    ScenarioName,
    SweepName,
    Switch,
    SwitchesByName,
    Times,
    Whole,
    Words,
    with_formulas,
)
from sim.settings.task_list import TASKS

CHIP_ATTRIBUTES = ("tpp", "density", "interconnect", "memory_bandwidth")
"""Settings of a question about a chip that is given by its attributes."""

ASSUMPTION_SOURCES = ("posterior", "prior")
"""Where assumptions that nobody fixes are drawn from: assumptions=prior."""

MAX_DRAWS = 10_000_000
"""More draws than this are taken for a typing error."""

MAX_WORKERS = 1_024


class Query(BaseModel, defer_build=True):
    """A question about the law."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: DaySetting | None = Field(description="the day, such as 2024-06-01")
    chip: str | None = Field(description="a chip by name, such as H20")
    tool: str | None = Field(description="a tool class, service or other good")
    buyer: str | None = Field(description="who buys, by id or name, such as Alibaba")
    seller: str | None = Field(description="who sells, by id or name, such as ASML")
    destination: str | None = Field(
        description="where the good goes, by alpha-3 code, such as HKG"
    )
    tpp: Quantity | None = Field(
        description="of a chip given by attributes, total processing performance"
    )
    density: Quantity | None = Field(
        description="its performance density, TPP per mm2 of die"
    )
    interconnect: Quantity | None = Field(
        description="its chip-to-chip bandwidth, both directions, GB/s"
    )
    memory_bandwidth: Quantity | None = Field(description="its memory bandwidth, GB/s")
    data_centre: Switch | None = Field(
        description="whether it is designed or marketed for data centres (null: it is)"
    )

    @property
    def attributes(self) -> dict[str, float | None]:
        """The attributes of a chip, by name."""
        return {name: getattr(self, name) for name in CHIP_ATTRIBUTES}


class SweepSettings(BaseModel, defer_build=True):
    """The design of a sweep, and what is kept of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    design: Literal["grid", "latin_hypercube", "sobol", "table"] = Field(
        description="how points are chosen: grid, latin_hypercube, sobol or table"
    )
    points: Whole | None = Field(
        ge=1, le=MOST_POINTS, description="how many, for latin_hypercube and sobol"
    )
    seed: Whole = Field(
        ge=0, description="of the random points of a design (not of the worlds: seed)"
    )
    table: Place | None = Field(
        min_length=1, description="a CSV or Parquet file: a setting a column"
    )
    times: Times = Field(
        min_length=1,
        description="times looked at: horizon, all, or years [2027,2030]",
    )
    each_draw: Switch = Field(
        description="keep the values of every draw, in sweep_draws.parquet"
    )
    block: Whole | None = Field(
        ge=1, description="most points times draws computed together (null: what fits)"
    )
    dry_run: Switch = Field(
        description="say how many points, and what they would cost, and stop"
    )
    name: SweepName | None = Field(
        description="what the folder of results is called (null: after the scenarios)"
    )


class CalibrateSettings(BaseModel, defer_build=True):
    """How much a calibration computes, and where its posterior goes."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    worlds: Whole = Field(
        ge=100,
        le=MAX_DRAWS,
        description="worlds that are run, from which the emulator learns",
    )
    matters: float = Field(
        strict=True,
        gt=0.0,
        le=1.0,
        description="an assumption is fitted if it alone accounts for this share "
        "of the variance of any observation",
    )
    ensembles: Whole = Field(ge=2, description="independent ensembles of walkers")
    steps: Whole = Field(
        ge=100, description="steps of each walker; the first fifth is not kept"
    )
    rows: Whole = Field(
        ge=10, le=MAX_DRAWS, description="draws of the posterior that are kept"
    )
    to: Place | None = Field(
        min_length=1,
        description="a folder, such as sim/data/posterior, into which the posterior "
        "is put if it has converged (null: it stays with the results)",
    )


class BreakEvenSettings(BaseModel, defer_build=True):
    """Which number is varied, and what its effect is compared with."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    over: str | None = Field(
        min_length=1,
        description="the number that is varied: assumptions.NAME, a number or a date "
        "of the scenario such as scenario.regime.add.service_ban.effective, or "
        "assumptions, to look for those that would turn the answer",
    )
    low: End | None = Field(
        description="the lower end (null: that of the assumption's range)"
    )
    high: End | None = Field(description="the upper end (null: likewise)")
    measure: str = Field(min_length=1, description="whose effect is looked at")
    actor: str = Field(min_length=1, description="of which actor")
    month: MonthSetting | None = Field(
        description="in which month; of a flow, the year to it (null: the horizon)"
    )
    statistic: Literal["median", "share"] = Field(
        description="the median effect, or the share of draws in which it is a rise"
    )
    target: Finite | None = Field(
        description="what it is to reach, in the measure's unit or as a share (null: "
        "where the effect changes sign: 0, or a share of 0.5)"
    )
    scan: Whole = Field(ge=3, le=200, description="points of the coarse scan")


class SensitivitySettings(BaseModel, defer_build=True):
    """Of which effect Sobol' indices are computed, and from how many worlds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    measure: str | None = Field(
        min_length=1,
        description="the measure whose effect gets Sobol' indices (null: rank "
        "correlations of all effects alone)",
    )
    actor: str = Field(min_length=1, description="of which actor")
    leading: Whole = Field(
        ge=1, le=50, description="assumptions with an index of their own"
    )
    rows: Whole = Field(
        ge=64,
        le=2**19,
        description="most points of each of the two samples, a power of two",
    )

    @field_validator("rows")
    @classmethod
    def _is_power_of_two(cls, rows: int) -> int:
        if rows & (rows - 1):
            raise ValueError(f"{rows} is not a power of two, such as 4096 or 8192")
        return rows


class AttributeSettings(BaseModel, defer_build=True):
    """Which effect is shared out over the instruments of a scenario."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    measure: str = Field(min_length=1, description="the measure whose effect it is")
    actor: str = Field(min_length=1, description="of which actor")
    channels: Switch = Field(
        description="share it out over the channels too, in attribution_draws"
    )
    groups: dict[Name, tuple[str, ...]] = Field(
        description="instruments that count as one, by a name for them: "
        "attribute.groups={tools:[no_tools,no_service]}"
    )


class VoiSettings(BaseModel, defer_build=True):
    """By which objective the choice is made of which information is worth something."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    objective: Name = Field(
        description="the objective by which the laws are judged, one of objectives"
    )
    groups: dict[Name, tuple[str, ...]] = Field(
        description="assumptions that would be learned together, by a name for them: "
        "voi.groups={grey:[smuggle.hub_divertible_share,lab.grey_discount]}"
    )


class DiscoverSettings(BaseModel, defer_build=True):
    """Which draws are of interest, and how what they have in common is looked for."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    objective: Name = Field(
        description="by which the scenario is judged: one of the objectives"
    )
    where: Literal["worse", "better"] = Field(
        description="which draws are of interest: in which it is worse (it backfires, "
        "misses the target, is beaten), or better"
    )
    target: Finite | None = Field(
        description="the change that it is to reach, in the objective's unit (null: "
        "any)"
    )
    against: ScenarioName | None = Field(
        description="a scenario that it is compared with (null: the baseline)"
    )
    fresh: Whole | None = Field(
        ge=100,
        le=MAX_DRAWS,
        description="draws that are run besides, in which what was found is scored "
        "again (null: as many as draws)",
    )
    method: Literal["prim", "tree"] = Field(
        description="one box (prim), or the leaves of a classification tree (tree)"
    )


class ObjectiveSettings(BaseModel, defer_build=True):
    """A quantity by which laws are compared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: str = Field(
        min_length=1, description="a formula over measures: sum(revenue[asml, tel])"
    )
    title: str | None = Field(
        default=None, min_length=1, description="what a reader calls it"
    )
    unit: str | None = Field(
        default=None, description="its unit (null: that of what it adds up)"
    )
    better: Literal["lower", "higher"] | None = Field(
        default=None, description="which values you would rather have: lower or higher"
    )


class Settings(BaseModel, defer_build=True):
    """The choices of a command; every one is stated in `configs`."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    task: str = Field(description="what is done: " + ", ".join(TASKS))
    baseline: ScenarioName = Field(description="the scenario that it is compared with")
    assumptions: NumbersByName = Field(
        description="assumptions fixed by name, in both worlds: assumptions.<name>=0.3"
    )
    drawn_from: Literal["posterior", "prior"] = Field(
        description="where the other assumptions are drawn from: assumptions=posterior "
        "(a fit to observations, if the data hold one) or "
        "assumptions=prior (their ranges)"
    )
    mechanisms: SwitchesByName = Field(
        description="mechanisms switched off, in both worlds: mechanisms.<name>=off"
    )
    draws: Whole = Field(
        ge=1, le=MAX_DRAWS, description="how many possible worlds are run"
    )
    first_draw: Whole = Field(
        ge=0,
        le=MAX_DRAWS,
        description="number of the first: first_draw=17 draws=1 is draw 17 alone",
    )
    seed: Whole = Field(ge=0, description="what fixes the luck of every draw")
    start: MonthSetting = Field(
        description="the first month that is written (the worlds begin in 2022-01)"
    )
    horizon: MonthSetting = Field(description="the last month")
    as_of: MonthSetting | None = Field(
        description="a vintage: nothing known after this month is seen (null: all is)"
    )
    record: str | tuple[str, ...] = Field(
        description="which measures are kept: headline, all, or a list [a,b]"
    )
    recorded_draws: Whole | None = Field(
        ge=1,
        le=MAX_DRAWS,
        description="how many draws timeseries.parquet holds (null: what fits)",
    )
    attribution: Switch = Field(
        description="split the change of the lag over channels, as Shapley values"
    )
    attribution_draws: Whole = Field(
        ge=1, le=MAX_DRAWS, description="how many of the draws are split at most"
    )
    figures: Switch = Field(description="draw the figures")
    figure_format: Literal["png", "svg", "both"] = Field(
        description="the files that figures are: png, svg or both"
    )
    outputs: Place = Field(
        min_length=1, description="the folder under which each run gets its own"
    )
    scenario_folder: Place | None = Field(
        min_length=1, description="a folder with scenario files of your own"
    )
    law_folder: Place | None = Field(
        min_length=1, description="a folder of law of your own, added to the record"
    )
    data: Place | None = Field(
        min_length=1, description="a folder read instead of the shipped data"
    )
    workers: Whole | None = Field(
        ge=1,
        le=MAX_WORKERS,
        description="processes that share the work (null: as many as are of use)",
    )
    chunk: Whole | None = Field(
        ge=1,
        le=MAX_DRAWS,
        description="draws computed together, at most (null: as many as are of use)",
    )
    fork: Switch = Field(description="share the history before the law differs")
    quiet: Switch = Field(description="print nothing but the folder of the results")
    debug: Switch = Field(description="show where in the code an error arose")
    sweep: SweepSettings = Field(description="the design of a sweep (-m)")
    query: Query | None = Field(default=None, description="a question about the law")
    calibrate: CalibrateSettings | None = Field(
        default=None, description="how a calibration is done"
    )
    break_even: BreakEvenSettings | None = Field(
        default=None, description="which number would turn the answer"
    )
    sensitivity: SensitivitySettings | None = Field(
        default=None, description="whose effect gets Sobol' indices"
    )
    attribute: AttributeSettings | None = Field(
        default=None, description="which effect is shared out over instruments"
    )
    voi: VoiSettings | None = Field(
        default=None, description="what information is worth, and for which choice"
    )
    discover: DiscoverSettings | None = Field(
        default=None, description="which draws are of interest"
    )
    search: SearchSettings | None = Field(
        default=None, description="which designs are searched for the best of"
    )
    enough: NumbersByName | None = Field(
        default=None,
        description="changes of objectives that are enough, in their units: in which "
        "share of the draws does a design reach them all?",
    )
    levers: dict[Name, LeverSettings | None] | None = Field(
        default=None,
        description="what a design may use, by name; levers.NAME=null leaves one out",
    )
    month: MonthSetting | None = Field(
        default=None,
        description="the month whose network is cut (null: when most is), or whose "
        "numbers are asked about (null: the horizon)",
    )
    measure: Words | None = Field(
        default=None, min_length=1, description="the measure that is asked about"
    )
    actor: Words | None = Field(
        default=None,
        min_length=1,
        description="whose value is asked about (null: the first of the measure)",
    )
    folder: Place | None = Field(
        default=None, min_length=1, description="the folder of a run that was saved"
    )
    observations: Place | None = Field(
        default=None,
        min_length=1,
        description="a CSV file of your own observations: measure, actor, period, "
        "value, source, and unit if you like",
    )
    draw: Whole | None = Field(
        default=None,
        ge=0,
        le=MAX_DRAWS,
        description="number of the world: draw=17 is draw 17 of any run with this seed",
    )

    objectives: (
        Annotated[dict[Name, ObjectiveSettings | None], BeforeValidator(with_formulas)]
        | None
    ) = Field(
        default=None,
        description="quantities by which scenarios are compared, by name: "
        "objectives.NAME='\"sum(china_revenue[asml,tel])\"' adds one, "
        "objectives.NAME=null leaves one out",
    )
    match: Words | None = Field(
        default=None,
        min_length=1,
        description="list only what has these words, in any column: match=smuggl",
    )
    format: Literal["text", "csv"] = Field(
        default="text", description="how a list is written: text or csv"
    )

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Settings:
        if self.horizon < self.start:
            raise ValueError(
                f"horizon={self.horizon} lies before start={self.start}; "
                "the horizon is the last month"
            )
        return self


SETTING_NAMES = (*Settings.model_fields, "scenario")
"""Names before the first dot of whatever a command may set."""

SECTIONS: Mapping[str, type[BaseModel]] = {
    "query": Query,
    "sweep": SweepSettings,
    "calibrate": CalibrateSettings,
    "break_even": BreakEvenSettings,
    "sensitivity": SensitivitySettings,
    "attribute": AttributeSettings,
    "voi": VoiSettings,
    "discover": DiscoverSettings,
    "search": SearchSettings,
}
"""Settings that have settings of their own, such as query.day."""
