"""Rows of the table of law: what may be written of each kind of instrument."""

from dataclasses import asdict
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from sim.policy import exports, imports, terms
from sim.policy.instruments import Adoption, Ask, Grounds, Instrument
from sim.policy.scope import Facilities, Scope
from sim.records.words import (
    CONFIDENCES,
    Actors,
    Amount,
    Coverage,
    Day,
    Eccns,
    Goods,
    Ids,
    Issuer,
    Limits,
    Months,
    Share,
    State,
    States,
    Tests,
    Text,
    choice,
)

Confidence = Annotated[str, choice("confidence", *CONFIDENCES)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScopeRow(_Part):
    """Which lines an instrument speaks of."""

    goods: Goods = frozenset()
    origins: States = frozenset()
    destinations: States = frozenset()
    parties: Actors = frozenset()
    exempt_parties: Actors = frozenset()
    sellers: Actors = frozenset()
    facilities: Annotated[Facilities, choice("choice of facilities", *Facilities)] = (
        Facilities.ANY
    )
    reaching: Tests = ()
    below: Limits = {}

    def build(self) -> Scope:
        """Return the scope."""
        plain = {name: getattr(self, name) for name in type(self).model_fields}
        return Scope(**(plain | {"facilities": Facilities(self.facilities)}))


class AdoptionRow(_Part):
    """An ally's joining: since when, and how far."""

    since: Day | None = None
    share: Share = 1.0

    def build(self) -> Adoption:
        """Return the adoption."""
        return Adoption(since=self.since, share=self.share)


class AskRow(_Part):
    """The terms on which others are asked to join."""

    side_payment: Amount = 0.0
    coercion: Share = 0.0
    deadline: Day | None = None
    backstop: dict[State, Share] = {}

    @model_validator(mode="after")
    def _backstop_has_a_day(self) -> "AskRow":
        if self.backstop and self.deadline is None:
            raise ValueError("a backstop needs a deadline from which it reaches")
        return self

    def build(self) -> Ask:
        """Return the terms."""
        return Ask(**{name: getattr(self, name) for name in type(self).model_fields})


def _adoption(value: object) -> object:
    """Let a bare date, or nothing, stand for an adoption."""
    if value is None or not isinstance(value, (dict, AdoptionRow)):
        return {"since": value}
    return value


class GroundsRow(_Part):
    """What one number rests on."""

    confidence: Confidence
    note: Text = "-"
    source: Text = "-"

    def build(self) -> Grounds:
        """Return the grounds."""
        shown = {"note": self.note, "source": self.source}
        return Grounds(
            confidence=self.confidence,
            **{name: "" if word == "-" else word for name, word in shown.items()},
        )


class InstrumentRow(_Part):
    """What may be written of any instrument."""

    policy: ClassVar[type[Instrument]] = Instrument

    title: Text
    issuer: Issuer
    announced: Day
    effective: Day
    end: Day | None = None
    reference: Text
    source: Text
    confidence: Confidence = "judgement"
    scope: ScopeRow = ScopeRow()
    adopted_by: dict[State, Annotated[AdoptionRow, BeforeValidator(_adoption)]] = {}
    ask: AskRow | None = None
    answers: Ids = ()
    eccn: Eccns = ()
    note: str = ""
    grounds: dict[str, GroundsRow] = {}

    @model_validator(mode="after")
    def _dates_follow(self) -> "InstrumentRow":
        if self.effective < self.announced:
            raise ValueError(
                f"effective {self.effective} lies before announced {self.announced}; "
                "what is not known cannot bind"
            )
        if self.end is not None and self.end < self.announced:
            raise ValueError(f"end {self.end} lies before announced {self.announced}")
        for ally, adoption in self.adopted_by.items():
            if adoption.since is not None and adoption.since < self.effective:
                raise ValueError(
                    f"adopted_by {ally} since {adoption.since} lies before effective "
                    f"{self.effective}"
                )
        if self.ask is not None and not self.adopted_by:
            raise ValueError("an ask needs states that may join, in adopted_by")
        deadline = None if self.ask is None else self.ask.deadline
        if deadline is not None and deadline < self.effective:
            raise ValueError(
                f"ask.deadline {deadline} lies before effective {self.effective}"
            )
        unknown = [name for name in self.grounds if name not in type(self).model_fields]
        if unknown:
            raise ValueError(f"grounds are given for {unknown[0]!r}, which is no field")
        return self

    def build(self, name: str) -> Instrument:
        """Return the instrument."""
        plain = {field: getattr(self, field) for field in type(self).model_fields}
        plain |= {
            "scope": self.scope.build(),
            "adopted_by": {ally: row.build() for ally, row in self.adopted_by.items()},
            "ask": None if self.ask is None else self.ask.build(),
            "grounds": {field: row.build() for field, row in self.grounds.items()},
        }
        return self.policy(id=name, **plain)


class _Control(InstrumentRow):
    approval: Share
    coverage: Coverage = 1.0


class ThresholdRow(_Control):
    """A performance threshold."""

    policy = exports.PerformanceThreshold
    tests: Tests


class LicencePolicyRow(InstrumentRow):
    """A licence policy."""

    policy = exports.LicencePolicy
    of: Ids
    within: Limits = {}
    approval: Share


class ListingRow(_Control):
    """An entity listing."""

    policy = exports.EntityListing


class AffiliatesRow(InstrumentRow):
    """An affiliates rule."""

    policy = exports.AffiliatesRule
    ownership: Share = 0.5


class FdprRow(_Control):
    """A foreign direct product rule."""

    policy = exports.ForeignDirectProductRule
    exempt_origins: States = frozenset()


class EquipmentRow(_Control):
    """An equipment ban."""

    policy = exports.EquipmentBan


class ServiceRow(_Control):
    """A service ban."""

    policy = exports.ServiceBan
    by: Annotated[str, choice("choice of who is bound", "state", "us_persons")] = (
        "state"
    )
    reach: dict[State, Share] = {}


class HbmRow(_Control):
    """A control of high-bandwidth memory."""

    policy = exports.HbmControl


class CloudRow(_Control):
    """A control of remote access."""

    policy = exports.CloudControl


class MineralRow(_Control):
    """A control of critical minerals."""

    policy = exports.MineralControl


class QuotaRow(InstrumentRow):
    """A quota."""

    policy = terms.Quota
    cap: Amount | None = None
    unit: Annotated[str, choice("unit", "h100e", "units", "share_of_us_sales")]
    per: Annotated[str, choice("holder of a cap", "country", "customer", "total")]
    period_months: Months | None = None
    exception: Amount = 0.0

    @model_validator(mode="after")
    def _caps_something(self) -> "QuotaRow":
        if self.cap is None and not self.exception:
            raise ValueError("a quota needs a cap or an exception")
        if self.unit == "share_of_us_sales" and (self.cap or 0.0) > 1.0:
            raise ValueError(f"cap {self.cap:g} is no share; give a number from 0 to 1")
        return self


class RevenueRow(InstrumentRow):
    """A share of the revenue."""

    policy = terms.RevenueShare
    share: Share


class EnforcementRow(InstrumentRow):
    """A change in enforcement."""

    policy = terms.EndUseEnforcement
    officers: Amount = 1.0
    budget: Amount = 1.0
    location_verification: Share = 0.0


class TruceRow(InstrumentRow):
    """A truce."""

    policy = terms.Truce
    suspends: Ids


class DiscouragementRow(InstrumentRow):
    """An import discouragement."""

    policy = imports.ImportDiscouragement
    permit: Share


class MandateRow(InstrumentRow):
    """A procurement mandate."""

    policy = imports.ProcurementMandate
    domestic_share: Share
    applies_to: Share = 1.0


class SubsidyRow(InstrumentRow):
    """A subsidy."""

    policy = imports.Subsidy
    usd_million_a_month: Amount


ROWS: dict[str, type[InstrumentRow]] = {
    row.policy.kind: row
    for row in (
        ThresholdRow,
        LicencePolicyRow,
        ListingRow,
        AffiliatesRow,
        FdprRow,
        EquipmentRow,
        ServiceRow,
        HbmRow,
        CloudRow,
        MineralRow,
        QuotaRow,
        RevenueRow,
        EnforcementRow,
        TruceRow,
        DiscouragementRow,
        MandateRow,
        SubsidyRow,
    )
}
"""What may be written of an instrument, by kind."""

SCOPED = frozenset(ScopeRow.model_fields)


def written(instrument: Instrument) -> dict[str, Any]:
    """Return an instrument as it would be written in a file."""
    row = ROWS[instrument.kind]
    plain = {
        name: getattr(instrument, name)
        for name in row.model_fields
        if getattr(instrument, name) not in (None, "")
    }
    scope = {name: getattr(instrument.scope, name) for name in SCOPED}
    return plain | {
        "kind": instrument.kind,
        "scope": scope,
        "adopted_by": {
            ally: {"since": item.since, "share": item.share}
            for ally, item in instrument.adopted_by.items()
        },
        **({} if instrument.ask is None else {"ask": asdict(instrument.ask)}),
        "grounds": {
            name: {
                "confidence": item.confidence,
                "note": item.note or "-",
                "source": item.source or "-",
            }
            for name, item in instrument.grounds.items()
        },
    }
