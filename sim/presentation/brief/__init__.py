"""Briefs: a run on two pages, written as HTML, Markdown and PDF from one document."""
