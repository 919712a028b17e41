"""The laptop's console: pages in the browser to ask the API, to follow an order, and to watch the staff board."""
