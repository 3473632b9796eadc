"""The HTTP face: REST, origin policy, TLS."""
