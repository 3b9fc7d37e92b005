"""The access keys of each user, with id, status and age: one call per user, so only with `--deep`.

The credential report has status, age and last use of both keys of everybody, but no key's id.
"""

from iamscout.fetch.spec import USERS, SourceSpec, one_per, per_user

_OPERATION = "iam:ListAccessKeys"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=per_user(_OPERATION),
    needs=(USERS,),
    switch="deep",
    expected_calls=one_per("Users"),
    note="each user's access keys, one call per user",
)
