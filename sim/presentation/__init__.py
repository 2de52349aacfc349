"""Presentation: figures, tables, pages, and plots for notebooks."""
