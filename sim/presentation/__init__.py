"""How results are shown: figures, tables, pages, and plots for notebooks."""
