"""`orderbell simulate`: a small shop that is alive, for somebody to watch."""
