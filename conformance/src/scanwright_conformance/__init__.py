"""The suite that certifies any implementation as a black box."""
