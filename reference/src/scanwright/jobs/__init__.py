"""Jobs in time: who holds which scanner, what has arrived, who is waiting."""
