"""Reading a text file whole, bounded in size, or saying in plain words why not."""

import csv
from pathlib import Path


def read_text(path: Path, largest: int) -> str:
    """Return what a file of text holds, without a byte-order mark.

    Args:
        path: where it is.
        largest: bytes that it may have.

    Raises:
        OSError: it cannot be read.
        ValueError: it is too large, or not text in UTF-8.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        raw = file.read(largest + 1)
    if len(raw) > largest:
        raise ValueError(f"it is larger than {largest // 1024} kB")
    return raw.decode("utf-8-sig")


def reading_fault(error: Exception) -> str:
    """Say in plain words why a file could not be read.

    Example:
        >>> reading_fault(FileNotFoundError(2, "No such file or directory"))
        'there is no such file'
    """
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case UnicodeDecodeError():
            return "is not text in UTF-8"
        case IsADirectoryError():
            return "is a folder, not a file"
        case OSError():
            return f"cannot be read, {(error.strerror or str(error)).lower()}"
        case csv.Error():
            return f"cannot be read as a table, {error}"
    text = str(error)
    return f"cannot be read, {text[:1].lower()}{text[1:]}"
