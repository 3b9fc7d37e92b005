"""Changes between two moments: what came and went, what lets more in or less, what was found and fixed."""
