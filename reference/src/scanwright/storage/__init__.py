"""Documents: pages that are kept, encrypted, beyond jobs, restarts and upgrades."""
