"""Names of actors as people write them: `Applied Materials` for `amat`."""

from collections.abc import Iterable, Mapping
from re import findall


def actors_called(word: str, names: Mapping[str, str]) -> list[str]:
    """Return the ids of the actors that a word may stand for.

    It is an id or a name, whatever its case, blanks and hyphens, or else whole words of
    one: `SMIC` stands for both `SMIC advanced lines` and `SMIC mature lines`.

    Args:
        word: what was written.
        names: names of the actors by id.

    Example:
        >>> actors_called("Applied-materials", {"amat": "Applied Materials"})
        ['amat']
    """
    if word in names:
        return [word]
    wanted = _words(word)
    if not wanted:
        return []
    called = {actor: (_words(actor), _words(name)) for actor, name in names.items()}
    equal = [
        actor
        for actor, forms in called.items()
        if any("".join(form) == "".join(wanted) for form in forms)
    ]
    return equal or [
        actor
        for actor, forms in called.items()
        if any(f" {' '.join(wanted)} " in f" {' '.join(form)} " for form in forms)
    ]


def known_spelling(word: str, known: Iterable[str]) -> str:
    """Return the known word that differs in case, blanks and hyphens at most.

    If there is none, or more than one, it is the word itself.

    Example:
        >>> known_spelling("H-20", ["H20", "H200"])
        'H20'
    """
    alike = [name for name in known if _words(name) and _same(name, word)]
    return alike[0] if len(alike) == 1 else word


def _same(one: str, other: str) -> bool:
    return "".join(_words(one)) == "".join(_words(other))


def _words(text: str) -> list[str]:
    return findall(r"[a-z0-9]+", text.lower())
