"""`orderbell journey`: a shop's stories told and checked, from the cart to the doorstep."""
