"""The reconciler's tables, in Postgres and in memory."""
