"""Functions that AppSync calls: gather, decide, write, answer."""
