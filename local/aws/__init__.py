"""The embedded AWS of the laptop: its process, and the tables, pools and users in it."""
