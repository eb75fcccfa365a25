"""The whole platform on one machine with nothing but Python: Kafka, PostgreSQL, mail, door, services."""
