"""The table of questions of law, and the page that shows it.

`python -m tests.law.questions` writes the page again.
"""

import csv
from pathlib import Path

from sim.domain.supply import Good
from sim.settings.schema import CHIP_ATTRIBUTES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "questions_of_law.md"

GOODS = frozenset(map(str, Good))
_WORDS = {"free": "free", "part": "allowed in part", "blocked": "blocked"}
_BEGIN = "<!-- written by python -m tests.law.questions -->"
_UNITS = ("TPP {}", "density {}", "links {}", "memory {}")


def questions():
    """Return the questions, a mapping of columns each."""
    with (DOCS / "questions_of_law.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asked(row):
    """Return what of a question a query says, by setting."""
    names = ("seller", "buyer", "destination")
    query = {name: row[name] for name in names if row[name]}
    if row["tpp"]:
        query |= {"data_centre": False} if row["data_centre"] == "0" else {}
        return query | {name: float(row[name]) for name in CHIP_ATTRIBUTES}
    return query | {"tool" if row["what"] in GOODS else "chip": row["what"]}


def page_table():
    """Return the table of the page."""
    head = "| day | what | from | to | right answer | because | law |"
    return [head, "| --- " * 7 + "|", *map(_cells, questions())]


def _cells(row):
    values = [row[name] for name in CHIP_ATTRIBUTES]
    attributes = ", ".join(map(str.format, _UNITS, values)) if row["tpp"] else ""
    attributes += ", not for data centres" if row["data_centre"] == "0" else ""
    what = f"{row['what']} ({attributes})" if attributes else row["what"]
    place = f" in {row['destination']}" if row["destination"] else ""
    buyer = (row["buyer"] or "other buyers") + place
    right = _WORDS[row["right"]]
    cells = (row["day"], what, row["seller"], buyer, right, row["why"])
    return f"| {' | '.join(cells)} | {row['reference']} |"


def page():
    """Return the page with its tables written again."""
    before = PAGE.read_text("utf-8").split(_BEGIN)[0]
    return "\n".join([before + _BEGIN, "", *page_table()]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
