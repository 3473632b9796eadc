"""The certificates of an installation: its own CA, its leaf, and who trusts them."""
