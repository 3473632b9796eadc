"""What the pages show: each view turns facts into the markup of one part."""
