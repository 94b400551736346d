"""The commands: each a thin call of what the API and the app use as well."""
