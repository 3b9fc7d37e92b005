"""The SSH public keys of each user, which CodeCommit accepts: one call per user, so only with `--deep`."""

from iamscout.fetch.spec import USERS, SourceSpec, one_per, per_user

_OPERATION = "iam:ListSSHPublicKeys"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=per_user(_OPERATION),
    needs=(USERS,),
    switch="deep",
    expected_calls=one_per("Users"),
    note="each user's SSH public keys, one call per user",
)
