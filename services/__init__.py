"""The services: each a process of its own, meeting the others only in `shared.contracts`."""
