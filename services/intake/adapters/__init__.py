"""Where intake keeps what came in."""
