"""Vocabulary of the model: months, draws, chance, chips, supply lines, errors."""
