"""Reads an account through boto3 into a snapshot; what AWS refuses becomes a gap.

From the outside: `session.open_session` signs in, `collect.collect` makes the snapshot, `sources/` says
what is asked for, `least_privilege` says what a caller must be allowed for that.
"""
