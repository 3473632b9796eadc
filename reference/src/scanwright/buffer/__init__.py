"""Where pages live: reused shared memory, and the disk when memory is short."""
