"""The configuration of a service: files in its home, read, checked and changed."""
