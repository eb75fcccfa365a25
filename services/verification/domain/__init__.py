"""The rules of verification: facts of the directory in, answers out."""
