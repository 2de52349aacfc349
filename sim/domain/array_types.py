"""Types of arrays by element and shape, as annotations write them.

They are those of jaxtyping for a type checker, and wherever jaxtyping is loaded before:
tests, which can check every call. A command only reads past annotations, and loading
jaxtyping would take a tenth of the time of a short one.
"""

import sys
from typing import TYPE_CHECKING, Any

__all__ = ["Bool", "Float", "Float64", "Int64"]

if TYPE_CHECKING or "jaxtyping" in sys.modules:
    from jaxtyping import Bool, Float, Float64, Int64
else:

    class _AnyShape:
        """Stands for a type of element, and leaves elements and shape unsaid."""

        def __getitem__(self, array_and_shape: tuple[Any, str]) -> Any:
            """Return the class of the array alone."""
            return array_and_shape[0]

    Bool = Float = Float64 = Int64 = _AnyShape()
