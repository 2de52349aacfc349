"""Set up the project's own Python environment, then work in it.

python3 bootstrap.py run scenario=service_ban    one run, with any other overrides
python3 bootstrap.py notebook [its options]      JupyterLab, where `import sim` works
python3 bootstrap.py test [pytest's arguments]   every test that a contributor needs
python3 bootstrap.py check                       style, types and import contracts

The environment is made in `.venv`, or in the folder that CHIPWAR_VENV names, from the
hashed pins in `requirements/`, and brought up to date when they change. `run` and
`notebook` use the folder in which they are called.
"""

import hashlib
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
LOCKS = [ROOT / "requirements" / f"{name}.lock" for name in ("run", "notebook", "dev")]
RUN, NOTEBOOK, DEV = LOCKS
VENV = Path(os.environ.get("CHIPWAR_VENV") or ROOT / ".venv").expanduser().absolute()
WINDOWS = os.name == "nt"
PROGRAMS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = PROGRAMS / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "chipwar-lock.txt"
LINK = "chipwar-checkout.pth"
# Of the locks that serve a command, the first is installed if none is.
COMMANDS = {
    "run": ((RUN, NOTEBOOK, DEV), ["python -P -m sim"]),
    "notebook": ((NOTEBOOK,), ["python -P -m jupyterlab"]),
    "test": (
        (DEV,),
        [
            "python -m pytest -n auto --maxprocesses=4 --dist=loadfile "
            "--no-loadscope-reorder"
        ],
    ),
    "check": (
        (DEV,),
        ["ruff check", "ruff format --check", "mypy", "lint-imports --no-logo"],
    ),
}
OF_THE_CHECKOUT = {"test", "check"}


def refuse_old(version: "tuple[int, ...]") -> None:
    """Exit with one clear line if a version of Python is too old for the project."""
    if version < OLDEST:
        found, needed = (".".join(map(str, v)) for v in (version, OLDEST))
        sys.exit(f"Python {needed} or newer is needed; this is Python {found}.")


def refuse_place() -> None:
    """Exit with one clear line if the environment cannot be where it should be."""
    is_other = VENV.is_dir() and not (VENV / "pyvenv.cfg").exists()
    if is_other and any(VENV.iterdir()):
        problem = "holds files and no Python environment"
    elif VENV.exists() and not VENV.is_dir():
        problem = "is a file"
    else:
        return
    sys.exit(f"{VENV} {problem}; name a new folder with CHIPWAR_VENV.")


def stamp(lock: Path) -> str:
    """Return the mark of an environment that this Python filled from a lock."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{sys.version_info[0]}.{sys.version_info[1]} {digest}"


def prepare(lock: Path, *wider: Path) -> None:
    """Make the environment or bring it up to date, unless it holds what a lock pins.

    Args:
        lock: the pins that are installed.
        wider: locks that pin the same and more.
    """
    refuse_place()
    found = STAMP.read_text("utf-8").splitlines() if STAMP.exists() else []
    if not PYTHON.exists() or not {*found} & {stamp(lock), *map(stamp, wider)}:
        version = stamp(lock).split()[0]
        if not PYTHON.exists() or version not in {x.split()[0] for x in found}:
            make(again=bool(found))
        install(lock, [mark for mark in found if mark in map(stamp, LOCKS)])
    link()


def make(*, again: bool) -> None:
    """Make the environment, in place of what another Python made of it if `again`."""
    print(f"Making the environment {VENV} ...", flush=True)
    call = [sys.executable, "-m", "venv", *["--clear"] * again, str(VENV)]
    done = subprocess.run(call, check=False, capture_output=True, text=True)
    if done.returncode:
        reason = " ".join((done.stdout + done.stderr).split())
        sys.exit(f"It could not be made: {reason.removeprefix('Error: ')}")


def install(lock: Path, kept: "list[str]") -> None:
    """Install what a lock pins beside what is kept of others."""
    print(f"Installing what {lock.name} pins, in a minute or so ...", flush=True)
    STAMP.unlink(missing_ok=True)
    quietly = ["install", "-qq", "--disable-pip-version-check", "--use-pep517"]
    # The lock is whole, so nothing is resolved: pip would look for newer versions of
    # what is asked for with an extra, such as coverage[toml], and find no hash of them.
    pins = ["--no-deps", "--require-hashes", "--requirement", str(lock)]
    if subprocess.call([str(PYTHON), "-m", "pip", *quietly, *pins]):
        sys.exit(f"What {lock.name} pins could not be installed.")
    STAMP.write_text("\n".join([*kept, stamp(lock)]), "utf-8")


def link() -> None:
    """Let the environment's Python import this checkout from any folder."""
    path, root = sysconfig.get_path("purelib", "venv", {"base": str(VENV)}), str(ROOT)
    # A path that is not ASCII would be read in whatever encoding the machine prefers.
    line = root if root.isascii() else f"import sys; sys.path.append({root!a})"
    file = Path(path) / LINK
    if not file.exists() or file.read_text("ascii") != line:
        file.write_text(line, "ascii")


def first() -> "dict[str, str]":
    """Return variables with which this checkout goes before any that is installed."""
    path = filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}


def main(arguments: "list[str]") -> int:
    """Do what the command line asks for and return the exit status to hand on."""
    command, *rest = arguments or ["--help"]
    if command not in COMMANDS or (command == "check" and rest):
        print(__doc__)
        return 0 if command in {"-h", "--help"} else 2
    locks, tools = COMMANDS[command]
    prepare(*locks)
    folder, variables = (ROOT, None) if command in OF_THE_CHECKOUT else (None, first())
    statuses = []
    for tool in tools:
        program, *options = tool.split()
        call = [str(PROGRAMS / program), *options, *rest]
        statuses.append(subprocess.call(call, cwd=folder, env=variables))
    return next(filter(None, statuses), 0)


if __name__ == "__main__":
    refuse_old(sys.version_info[:2])
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as error:
        sys.exit(f"The environment {VENV} cannot be used: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
