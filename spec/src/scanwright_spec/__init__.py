"""The specification of a local web-scan service, kept as data."""
