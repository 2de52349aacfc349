"""Outcomes: measures, recordings of runs, the headline table, and run folders."""
