"""Pixels, geometry and codecs: pure functions on buffers."""
