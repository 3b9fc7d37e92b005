"""Reads an account through boto3 into a snapshot; what AWS refuses becomes a gap."""
