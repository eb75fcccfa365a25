"""The router's tables, in Postgres and in memory; and the process that reads documents."""
