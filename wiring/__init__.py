"""Declarations and dispatch: what ties a function to a field or to an event."""
