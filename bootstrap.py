"""Set up the project's own Python environment, then run, test or check in it.

python3 bootstrap.py run scenario=service_ban    one run, with any other overrides
python3 bootstrap.py test [pytest's arguments]   every test that a contributor needs
python3 bootstrap.py check                       style, types and import contracts

The environment is made in `.venv`, or in the folder that CHIPWAR_VENV names, from the
hashed pins in `requirements/`, and brought up to date when they change.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
RUN = ROOT / "requirements" / "run.lock"
DEV = ROOT / "requirements" / "dev.lock"  # all that RUN pins, and the tools
VENV = Path(os.environ.get("CHIPWAR_VENV") or ROOT / ".venv").absolute()
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "chipwar-lock.txt"
COMMANDS = {
    "run": (RUN, ["python -m sim"]),
    "test": (DEV, ["python -m pytest -n auto --maxprocesses=4 --dist=loadfile"]),
    "check": (
        DEV,
        ["ruff check", "ruff format --check", "mypy", "lint-imports --no-logo"],
    ),
}


def refuse_old(version: "tuple[int, ...]") -> None:
    """Exit with one clear line if a version of Python is too old for the project."""
    if version < OLDEST:
        found, needed = (".".join(map(str, v)) for v in (version, OLDEST))
        sys.exit(f"Python {needed} or newer is needed; this is Python {found}.")


def stamp(lock: Path) -> str:
    """Return the mark of an environment that this Python filled from a lock."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{sys.version_info[0]}.{sys.version_info[1]} {digest}"


def prepare(lock: Path) -> None:
    """Make the environment or bring it up to date, unless it holds what a lock pins."""
    python = str(PROGRAMS / "python")
    found = STAMP.read_text("utf-8") if STAMP.exists() else ""
    if found in {stamp(lock), stamp(DEV)}:
        return
    if found.split(" ")[0] != stamp(lock).split(" ")[0]:
        print(f"Making the environment {VENV} ...", flush=True)
        again = ["--clear"] if (VENV / "pyvenv.cfg").exists() else []
        if subprocess.call([sys.executable, "-m", "venv", *again, str(VENV)]):
            sys.exit("It could not be made: has this Python its venv and ensurepip?")
    print(f"Installing what {lock.name} pins, in a minute or so ...", flush=True)
    STAMP.unlink(missing_ok=True)
    quietly = ["install", "-qq", "--disable-pip-version-check", "--use-pep517"]
    # The lock is whole, so nothing is resolved: pip would look for newer versions of
    # what is asked for with an extra, such as coverage[toml], and find no hash of them.
    pins = ["--no-deps", "--require-hashes", "--requirement", str(lock)]
    if subprocess.call([python, "-m", "pip", *quietly, *pins]):
        sys.exit(f"What {lock.name} pins could not be installed.")
    STAMP.write_text(stamp(lock), "utf-8")


def main(arguments: "list[str]") -> int:
    """Do what the command line asks for and return the exit status to hand on."""
    command, *rest = arguments or ["--help"]
    if command not in COMMANDS or (command == "check" and rest):
        print(__doc__)
        return 0 if command in {"-h", "--help"} else 2
    lock, tools = COMMANDS[command]
    prepare(lock)
    statuses = []
    for tool in tools:
        program, *options = tool.split()
        call = [str(PROGRAMS / program), *options, *rest]
        statuses.append(subprocess.call(call, cwd=ROOT))
    return next(filter(None, statuses), 0)


if __name__ == "__main__":
    refuse_old(sys.version_info[:2])
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
