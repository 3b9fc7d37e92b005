"""Instance profiles as a listing of their own: the roles' details leave out those that hold no role."""

from __future__ import annotations

from iamscout.snapshot.account import InstanceProfile
from iamscout.snapshot.answers import Answers
from iamscout.snapshot.shapes import InstanceProfilesShape


def instance_profiles(answers: Answers) -> tuple[InstanceProfile, ...] | None:
    """iam:ListInstanceProfiles, sorted by ARN, those without a role too; None where it was not told."""
    source = "iam:ListInstanceProfiles"
    told = answers.read(source, InstanceProfilesShape)
    if told is None:
        return None
    return tuple(
        InstanceProfile(
            arn=shape.arn,
            name=shape.instance_profile_name,
            created=answers.remarks.time(shape.create_date, shape.arn, "CreateDate"),
            role_arns=tuple(sorted(role.arn for role in shape.roles)),
        )
        for shape in answers.with_arn(source, told.instance_profiles)
    )
