"""Virtual scanners behind the real interfaces of the operating system."""

__version__ = "0.1.0"

__all__ = ["__version__"]
