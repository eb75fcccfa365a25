"""The rules of the console: what a reading of Kafka says, what a failure looks like, who is signed in."""
