"""The login profile of each user who has a password: since when, and whether it must be changed at sign-in.

One call per user, so only with `--deep`; for who has a password and when it was used the credential report
is enough.
"""

from iamscout.fetch.spec import USERS, SourceSpec, one_per, per_user

_OPERATION = "iam:GetLoginProfile"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    # NoSuchEntity means that the user has no password ("GetLoginProfile").
    collect=per_user(_OPERATION, none={"LoginProfile": None}),
    needs=(USERS,),
    switch="deep",
    expected_calls=one_per("Users"),
    note="each user's password as a login profile, one call per user",
)
