"""The settings of a search: what is traded off, and what may be chosen."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.settings.setting_types import Finite, MonthSetting, Name, Whole

MOST_DESIGNS = 10_000
"""More designs or worlds than this are taken for a typing error."""


class LeverSettings(BaseModel, defer_build=True):
    """Instruments that a design may add together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1, description="what a reader calls it")
    notice: Whole = Field(
        ge=0, le=60, description="months between announcement and effect"
    )
    staff: Finite = Field(
        description="how much of the enforcement staff it takes up, or adds if below 0"
    )
    add: dict[str, dict[str, Any]] = Field(
        min_length=1, description="the instruments by id, without their dates"
    )
    options: dict[str, list[Any]] = Field(
        default_factory=dict, description="values of fields, by INSTRUMENT.FIELD"
    )

    @model_validator(mode="after")
    def _options_are_of_its_instruments(self) -> LeverSettings:
        for field, values in self.options.items():
            if field.partition(".")[0] not in self.add or "." not in field:
                raise ValueError(f"options.{field}: begins with no instrument of add")
            if not values:
                raise ValueError(f"options.{field}: give one value or more")
        return self


class SearchSettings(BaseModel, defer_build=True):
    """What is traded off, how long is searched, and what may be chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    objectives: tuple[Name, ...] = Field(
        description="which objectives are traded off, two or more",
    )
    statistic: Literal["mean", "worst"] = Field(
        description="of the changes over the worlds: the mean, or the change that is "
        "worse in one world of ten only"
    )
    population: Whole = Field(
        ge=4, le=MOST_DESIGNS, description="designs in a generation"
    )
    generations: Whole = Field(ge=1, le=MOST_DESIGNS, description="how many")
    fresh: Whole = Field(
        ge=1,
        le=MOST_DESIGNS,
        description="draws, after those of the search, in which the members of the "
        "front are scored again",
    )
    members: Whole = Field(
        ge=1, le=50, description="designs of the front that are scored and written"
    )
    rivals_from: MonthSetting = Field(
        description="scenarios that differ from the baseline from this month on only "
        "are run beside the designs, and none may dominate a member"
    )
    first: MonthSetting = Field(
        description="the first quarter in which a lever may be announced"
    )
    last: MonthSetting = Field(description="the last month in which one may be")
    most_levers: Whole = Field(ge=1, description="levers that a design may use")
    staff: Finite = Field(
        description="the enforcement staff that is free for the levers of a design"
    )
