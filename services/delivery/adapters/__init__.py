"""Delivery's ways to the world: Postgres, Kafka's administration, and memory for tests."""
