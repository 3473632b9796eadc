"""From a description to a target: who controls it, and what checks see of it."""

from __future__ import annotations

from collections.abc import Mapping

from scanwright_conformance.target._adapter import AdapterControl
from scanwright_conformance.target._description import Description
from scanwright_conformance.target._model import Addresses, Target
from scanwright_conformance.target._process import CommandControl

__all__ = ["control_for", "described_target"]


def control_for(
    description: Description,
    environment: Mapping[str, str] | None = None,
) -> AdapterControl | CommandControl | None:
    """Return what starts and ends the target, None for one that runs already.

    It is a context, outside of which nothing of the target is left.
    """
    if description.adapter:
        return AdapterControl(
            description.adapter,
            timeout_s=description.start_timeout_s,
            home=description.home,
            environment=environment,
        )
    if description.command:
        return CommandControl(
            description.command,
            timeout_s=description.start_timeout_s,
            options=description.options,
            cache_options=description.cache_options,
            full_options=description.full_options,
            home=description.home,
            environment=environment,
        )
    return None


def described_target(description: Description) -> Target:
    """Return the target as it is described: neither started nor asked for anything."""
    return Target(
        name=description.name,
        addresses=description.addresses or Addresses({}),
        capabilities=description.capabilities,
        origins=description.origins,
        licence_key=description.licence_key,
        roles=description.roles,
        known_home=description.home,
        report=description.report,
        version=description.version,
        profiles=description.profiles,
        known_control=description.control,
    )
