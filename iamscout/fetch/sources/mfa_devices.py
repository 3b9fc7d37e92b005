"""The MFA devices of each user, hardware and passkeys too: one call per user, so only with `--deep`.

Without a user name the call tells the caller's own devices, so nobody but root can ask for root's. Those are
told by iam:ListVirtualMFADevices where virtual; the account summary says whether there is any.
"""

from iamscout.fetch.spec import USERS, SourceSpec, one_per, per_user

_OPERATION = "iam:ListMFADevices"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=per_user(_OPERATION),
    needs=(USERS,),
    switch="deep",
    expected_calls=one_per("Users"),
    note="hardware MFA devices and passkeys, one call per user",
)
