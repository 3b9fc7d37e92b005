"""Virtual MFA devices with their users, also root's, in one listing."""

from iamscout.fetch.spec import SourceSpec, listing, pages_of

SOURCE = SourceSpec(
    name="iam:ListVirtualMFADevices",
    operations=("iam:ListVirtualMFADevices",),
    collect=listing("iam:ListVirtualMFADevices", "VirtualMFADevices", AssignmentStatus="Assigned"),
    expected_calls=pages_of("MFADevicesInUse"),
    note="the virtual MFA devices of users and of the root user",
)
