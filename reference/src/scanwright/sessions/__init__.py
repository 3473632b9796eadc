"""Page sessions: what one page has in the buffer, and what it may do with it."""
