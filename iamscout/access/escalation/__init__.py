"""Privilege escalation: who can gain more than it was given, how, and on which way to an administrator."""

from iamscout.access.escalation.find import find_escalations, find_paths
from iamscout.access.escalation.model import ChokePoint, Escalation, EscalationMap, Method, Path, Step

__all__ = [
    "ChokePoint",
    "Escalation",
    "EscalationMap",
    "Method",
    "Path",
    "Step",
    "find_escalations",
    "find_paths",
]
