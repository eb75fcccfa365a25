"""What docker-compose.yml needs beside itself: the secrets as files and the start of its broker."""
