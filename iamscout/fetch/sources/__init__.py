"""What is asked of AWS: one source a module, held as `SOURCE`; the folder is the registry.

Left out because they add nothing: iam:ListGroups (the authorization details have all that it tells) and
iam:ListPolicies (the same for the account's own policies and the attached ones of AWS; the rest of AWS's
policies is of no account). What the embedded AWS of the demo does not implement is skipped there.
"""
