"""The words: months, draws, chance, chips, supply lines, errors."""
