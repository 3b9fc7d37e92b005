"""Policy language: text to values to decisions, knowing nothing of accounts."""
