"""Virtual scanners behind the real interfaces of the operating system."""
