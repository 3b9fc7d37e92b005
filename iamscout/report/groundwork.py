"""What a report tells of an estate whatever is found in it: to be made while another process judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from iamscout.analysis.estate import Estate
from iamscout.report.classes import Classes
from iamscout.report.doors import Door, doors
from iamscout.report.group_rows import links_by_verdict


@dataclass(frozen=True)
class Groundwork:
    """Who gets where, as pages tell it; each part is made when it is first asked for."""

    estate: Estate

    @cached_property
    def doors(self) -> Mapping[str, Door]:
        """Role ARN to who gets in, counted."""
        return doors(self.estate.access)

    @cached_property
    def classes(self) -> Classes:
        """Access grouped for reading."""
        schemes = self.estate.group_schemes.values()
        led_to = [row.roles for scheme in schemes for row in links_by_verdict(scheme)]
        return Classes(self.estate.access, led_to)


def lay_groundwork(estate: Estate) -> Groundwork:
    """Make what takes long of it at once."""
    made = Groundwork(estate)
    _ = made.doors, made.classes.listed
    return made
