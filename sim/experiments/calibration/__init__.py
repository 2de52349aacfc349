"""Calibration: assumptions as the observations leave them."""
