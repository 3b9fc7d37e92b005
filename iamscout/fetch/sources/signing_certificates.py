"""The X.509 signing certificates of each user, with their text: one call per user, so only with `--deep`.

They sign requests to old SOAP interfaces, and are credentials as access keys are ("ListSigningCertificates").
"""

from iamscout.fetch.spec import USERS, SourceSpec, one_per, per_user

_OPERATION = "iam:ListSigningCertificates"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=per_user(_OPERATION),
    needs=(USERS,),
    switch="deep",
    expected_calls=one_per("Users"),
    note="each user's signing certificates, one call per user",
)
