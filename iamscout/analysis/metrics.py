"""The counts that an overview, a trend and a threshold are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from iamscout.access.principals import PRINCIPAL_KINDS
from iamscout.analysis.estate import Estate
from iamscout.analysis.everyone import means_everyone
from iamscout.analysis.finding import SEVERITIES, Finding


def measure(estate: Estate, findings: Iterable[Finding]) -> Mapping[str, float]:
    """Name to number over all accounts, sorted: what there is, whom the roles trust, what was found."""
    counts: Counter[str] = Counter(
        accounts=len(estate.accounts),
        findings_accepted=0,
        findings_not_available=0,
        findings_open=0,
        roles_open_to_everyone=0,
        roles_open_to_everyone_conditionally=0,
        **{f"findings_open_{severity}": 0 for severity in SEVERITIES},
        **{f"roles_trusting_{kind}": 0 for kind in PRINCIPAL_KINDS},
    )
    for account in estate.accounts:
        in_use = [
            p for p in account.policies if p.is_aws_managed and (p.attachment_count or p.boundary_usage_count)
        ]
        counts["users"] += len(account.users)
        counts["groups"] += len(account.groups)
        counts["roles"] += len(account.roles)
        counts["roles_service_linked"] += sum(role.kind == "service_linked" for role in account.roles)
        counts["roles_sso"] += sum(role.kind == "sso" for role in account.roles)
        counts["policies_customer_managed"] += sum(not policy.is_aws_managed for policy in account.policies)
        counts["policies_aws_managed_in_use"] += len(in_use)
        for group in (account.users, account.groups, account.roles):
            counts["policies_inline"] += sum(len(entity.inline_policies) for entity in group)
        counts["identity_providers"] += len(account.saml_providers or ()) + len(account.oidc_providers or ())
    for grants in estate.access.grants.values():
        kinds = {grant.principal.kind for grant in grants if grant.effect == "Allow" and not grant.excepted}
        if any(means_everyone(grants)):
            kinds.add("everyone")
        for kind in kinds:
            counts[f"roles_trusting_{kind}"] += 1
    for each in estate.open_roles.values():
        if each.openness != "limited":
            freely = each.openness == "open"
            counts["roles_open_to_everyone" if freely else "roles_open_to_everyone_conditionally"] += 1
    for (status, severity), number in Counter((each.status, each.severity) for each in findings).items():
        counts[f"findings_{status}"] += number
        if status == "open":
            counts[f"findings_open_{severity}"] += number
    return {name: counts[name] for name in sorted(counts)}
