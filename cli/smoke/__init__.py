"""`orderbell smoke`: the journey of an order by real clients, against a deployed stage or the server of this checkout."""
