"""Files of the front panel."""
