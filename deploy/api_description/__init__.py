"""The description of the whole HTTP API (OpenAPI 3.1), read from the services' own routes: `docs/openapi.yaml`."""
