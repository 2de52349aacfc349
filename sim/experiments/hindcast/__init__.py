"""Hindcast: the model beside what was observed, and beside naive rivals."""
