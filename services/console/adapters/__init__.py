"""The console's ways to the world: Postgres, Kafka's administration, Jinja, and memory for tests."""
