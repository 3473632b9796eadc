"""The port Device and its adapters."""
