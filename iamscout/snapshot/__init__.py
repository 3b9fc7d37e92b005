"""What AWS said about one account, verbatim, and the typed view of it."""
