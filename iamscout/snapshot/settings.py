"""What holds for an account as a whole: alias, summary, password policy, organization."""

from __future__ import annotations

from msgspec import UNSET

from iamscout.snapshot.account import PasswordPolicy
from iamscout.snapshot.answers import Answers
from iamscout.snapshot.documents import read_document
from iamscout.snapshot.organization import GuardrailPolicy, Organization, OrganizationAccount
from iamscout.snapshot.shapes import (
    AccountPasswordPolicyShape,
    AliasesShape,
    GuardrailShape,
    OrganizationShape,
    SummaryShape,
)


def alias(answers: Answers) -> str:
    """iam:ListAccountAliases: the one alias, or nothing."""
    told = answers.read("iam:ListAccountAliases", AliasesShape)
    return told.account_aliases[0] if told and told.account_aliases else ""


def summary(answers: Answers) -> dict[str, int] | None:
    """iam:GetAccountSummary, sorted by name."""
    told = answers.read("iam:GetAccountSummary", SummaryShape)
    return dict(sorted(told.summary_map.items())) if told else None


def password_policy(answers: Answers) -> PasswordPolicy | None:
    """iam:GetAccountPasswordPolicy; `exists` is False where AWS said that there is none."""
    told = answers.read("iam:GetAccountPasswordPolicy", AccountPasswordPolicyShape)
    if told is None or told.password_policy is UNSET:
        return None
    policy = told.password_policy
    if policy is None:
        return PasswordPolicy(exists=False)
    return PasswordPolicy(
        exists=True,
        minimum_length=policy.minimum_password_length,
        reuse_prevention=policy.password_reuse_prevention,
        max_age_days=policy.max_password_age,
        requires_symbols=policy.require_symbols,
        requires_numbers=policy.require_numbers,
        requires_uppercase=policy.require_uppercase_characters,
        requires_lowercase=policy.require_lowercase_characters,
        users_may_change=policy.allow_users_to_change_password,
    )


def organization(answers: Answers) -> Organization | None:
    """The organization file: levels of control policies from the root down, as they stand there."""
    told = answers.read("organization", OrganizationShape)
    if told is None:
        return None
    return Organization(
        id=told.id,
        management=told.management,
        accounts=tuple(
            OrganizationAccount(
                id=number,
                name=account.name,
                path=account.path,
                scps=_levels(account.scps),
                rcps=_levels(account.rcps),
            )
            for number, account in sorted(told.accounts.items())
        ),
    )


def _levels(levels: list[list[GuardrailShape]] | None) -> tuple[tuple[GuardrailPolicy, ...], ...] | None:
    if levels is None:
        return None
    return tuple(
        tuple(GuardrailPolicy(each.name, read_document(each.policy)) for each in level) for level in levels
    )
