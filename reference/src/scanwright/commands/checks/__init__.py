"""What `scanwright doctor` looks at: each module one part, and nothing is changed."""
