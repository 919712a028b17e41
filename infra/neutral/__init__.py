"""A small API of nobody in particular, to hold a real AppSync and the laptop's to the same cases."""
