"""The share of branches that the tests take, where data are read and results are kept.

    python -m tests.branch_coverage                  # all tests
    python -m tests.branch_coverage -n 0 tests/law   # some: words go to pytest

Prints what no test reaches in records, settings, outcomes and tasks, and fails where
less than 95 % of the branches of one are taken. The tracer that sees branches makes the
tests half as long again, which is why `.ci/run` counts lines alone.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGES = ("records", "settings", "outcomes", "tasks")
LEAST = 95.0
"""Percent of the branches of each package."""


def run_tests(words: Sequence[str]) -> int:
    """Run the tests under coverage; return pytest's status."""
    options = ("-q", "-m", "not cluster", "--cov-branch", "--cov-report=")
    sources = (f"--cov=sim/{package}" for package in PACKAGES)
    return _python("pytest", *options, *sources, *words).returncode


def taken(package: str) -> float:
    """Return the percentage of a package's branches that were taken."""
    files = f"--include=sim/{package}/*"
    report = _python("coverage", "json", "-q", "-o", "-", files, stdout=subprocess.PIPE)
    return float(json.loads(report.stdout)["totals"]["percent_branches_covered"])


def _python(*words: str, **options: int) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", *words], check=False, **options)


def main(words: Sequence[str]) -> int:
    """Run the tests, print what they reach, and return the status of the command."""
    with TemporaryDirectory() as folder:
        os.environ["COVERAGE_CORE"] = "ctrace"
        os.environ["COVERAGE_FILE"] = str(Path(folder) / "coverage")
        status = run_tests(words)
        _python("coverage", "report")
        shares = {package: taken(package) for package in PACKAGES}
    for package, share in shares.items():
        print(f"{package:<10}{share:5.1f} % of branches")
    return status or int(min(shares.values()) < LEAST)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
