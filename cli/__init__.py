"""The `orderbell` command."""
