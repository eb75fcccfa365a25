"""Starts what the services need and the services themselves: on one machine, or in containers."""
