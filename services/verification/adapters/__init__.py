"""Where verification keeps its directory and its requests."""
