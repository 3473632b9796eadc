"""The suite proves itself: on services that are wrong, void, or merely different."""
