"""The whole system in simulation: real handlers over an in-memory table, a virtual clock, one thread and one seed.

`python -m tests.simulation --seed 7 --steps 12500` replays one run exactly. A step is one call of the API, one
invocation of a stream's consumer, one sweep, or one pushed frame handled. Faults strike between any two side effects.
"""
