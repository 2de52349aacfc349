"""Where results go: checked before anything is computed."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.domain.errors import OutputError

_STAMP = "%Y-%m-%dT%H-%M-%S"


def check_writable(root: Path, setting: str = "outputs") -> None:
    """Refuse a folder of results in which nothing could be written; leave no trace."""
    try:
        existing = next(filter(Path.exists, (root, *root.absolute().parents)))
        with TemporaryDirectory(prefix=".chipwar-", dir=existing):
            pass
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise OutputError(
            f"{setting}={root}: cannot be written to, {reason}"
        ) from error


def run_folder(root: Path, scenario: str, started: datetime) -> Path:
    """Return a new folder name for a run: outputs/<scenario>/<time>."""
    folder = root / scenario / started.astimezone().strftime(_STAMP)
    number = 1
    while folder.exists():
        number += 1
        folder = folder.with_name(f"{started.astimezone().strftime(_STAMP)}-{number}")
    return folder
