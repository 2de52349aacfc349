"""Command line of the fuzzer: ``python -m tests.fuzz --cases 20000 --seed 1``."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from zlib import crc32

from tests.fuzz.campaign import Campaign, try_cases
from tests.fuzz.desk import desk
from tests.fuzz.kinds import SHARES, STRATEGIES, as_text, judge_case
from tests.fuzz.verdict import Verdict


def main(arguments: Sequence[str] | None = None) -> int:
    """Try inputs, print what came of them, and keep those that failed."""
    options = _parser().parse_args(arguments)
    kept = Path(options.failures).absolute()
    kinds = options.kind or list(STRATEGIES)
    total = sum(SHARES[kind] for kind in kinds)
    campaigns: dict[str, Campaign] = {}
    begun = time.process_time()
    with desk():
        for kind in kinds:
            count = round(options.cases * SHARES[kind] / total)
            campaigns[kind] = try_cases(
                STRATEGIES[kind](), count, options.seed, judge_case
            )
            print(f"{kind}: {_counts(campaigns[kind].counts)}", flush=True)
            _keep(campaigns[kind], kept)
    seconds = time.process_time() - begun
    _report(campaigns, options.seed, seconds)
    return 1 if any(campaign.failures for campaign in campaigns.values()) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000, help="how many inputs")
    parser.add_argument("--seed", type=int, default=1, help="what fixes them")
    parser.add_argument("--kind", action="append", choices=list(STRATEGIES))
    parser.add_argument(
        "--failures", default="fuzz-failures", help="folder for inputs that failed"
    )
    return parser


def _counts(counts: Mapping[Verdict, int]) -> str:
    return ", ".join(f"{verdict} {counts[verdict]}" for verdict in counts) or "none"


def _report(campaigns: Mapping[str, Campaign], seed: int, seconds: float) -> None:
    counts: Counter[Verdict] = Counter()
    for campaign in campaigns.values():
        counts += campaign.counts
    cases = counts.total()
    print(
        f"seed {seed}: {cases} inputs in {seconds:.0f} s of a processor, "
        f"{cases / max(seconds, 1e-9):.0f} a second"
    )
    print(", ".join(f"{verdict} {counts[verdict]}" for verdict in Verdict))


def _keep(campaign: Campaign, folder: Path) -> None:
    """Write each input that failed into a file, beside what was said of it."""
    for place, failure in campaign.failures.items():
        folder.mkdir(parents=True, exist_ok=True)
        number = crc32(place.encode("utf-8", "replace"))
        path = folder / f"{failure.case.kind}-{number:08x}"
        path.with_suffix(".json").write_text(as_text(failure.case), encoding="utf-8")
        path.with_suffix(".txt").write_text(
            f"{failure.outcome.verdict}: {place}\n\n{failure.outcome.message}\n",
            encoding="utf-8",
            errors="replace",
        )
        print(f"{failure.outcome.verdict}: {place}\n  {path}.json", flush=True)


if __name__ == "__main__":
    sys.exit(main())
