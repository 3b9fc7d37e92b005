"""Service-specific credentials of all users in one listing: CodeCommit, Keyspaces, API keys of Bedrock.

`AllUsers` makes one listing of what otherwise takes a call per user ("ListServiceSpecificCredentials").
"""

from iamscout.fetch.spec import SourceSpec, listing

_OPERATION = "iam:ListServiceSpecificCredentials"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=listing(_OPERATION, "ServiceSpecificCredentials", AllUsers=True),
    note="passwords and API keys for single services",
)
