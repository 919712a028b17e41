"""The same app on a laptop: AppSync, embedded AWS, event delivery."""
