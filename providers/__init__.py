"""Payment providers and carriers: the one interface, who is behind it, and what they tell us by webhook."""
