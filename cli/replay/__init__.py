"""`orderbell replay`: real invoices through the public API, then the store read back and compared."""
