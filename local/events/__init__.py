"""Event delivery on the laptop: a table's stream is pumped to its consumers by the rules of a Lambda event source mapping."""
