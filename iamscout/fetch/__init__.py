"""Reads an account through boto3 into a snapshot; what AWS refuses becomes a gap.

From the outside: `session.open_session` signs in, `collect.collect` makes the snapshot, `sources/` says
what is asked for, `least_privilege` says what a caller must be allowed for that.
"""

import logging

# The way of libraries: who wants the log attaches a handler; progress and gaps tell the rest.
logging.getLogger(__name__).addHandler(logging.NullHandler())
