"""The kit that turns groups with permissions into groups that may assume a role: files, never calls."""
