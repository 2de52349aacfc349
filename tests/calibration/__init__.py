"""Calibration: emulator, likelihood, walkers, and what is made of them."""
