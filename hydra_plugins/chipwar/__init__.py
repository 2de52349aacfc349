"""How sweeps of the simulator go through Hydra: a sweeper, and launchers for blocks.

Hydra imports every module of this package whose name has no leading underscore, in
every run: those hold classes and settings alone. What is heavy is imported late, from
modules whose names begin with an underscore.
"""
