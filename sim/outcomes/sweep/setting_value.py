"""Values of swept settings: a module of its own, so that commands load no more."""

SettingValue = str | int | float | bool | None
"""What a setting may be at a point."""
