"""What a stage costs: its template, what a request takes, and the prices of one day."""
