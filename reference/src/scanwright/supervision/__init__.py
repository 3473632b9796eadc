"""Main and monitor keep each other alive; here is what both need for it."""
