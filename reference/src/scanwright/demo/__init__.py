"""The demo server: the web pages of the demos, and a database to upload to."""
