"""Scanwright's reference: a local web-scan service that you can read."""

__version__ = "0.1.0"
__all__ = ["__version__"]
