"""What a scenario's ``decisions`` may hold beside governments, by name."""

SINCE, INSTRUMENTS = "since", "instruments"
"""The day from which on governments decide, and what is said of single instruments."""

CHANGE_OF = "change_of"
"""Under ``since``: the instruments whose change governments see before they decide."""
