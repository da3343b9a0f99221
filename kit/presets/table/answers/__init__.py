"""The file to send, as the sample submission shows it."""
