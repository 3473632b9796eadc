"""Scan workers: one process per open device."""
