"""Subcommands of `scanwright` for whoever runs a service."""
