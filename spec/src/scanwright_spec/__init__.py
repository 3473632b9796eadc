"""The specification of a local web-scan service, kept as data.

`load()` gives the clauses that a service is measured by, `error_codes()` the numbers
that it answers with, `openapi()` the description of its REST interface for machines,
`channel()` that of the page channel. `CAPABILITIES` names what a clause may need of a
target, `PROFILES` what a service is certified for, `GAPS` the questions that the
published facts leave open.
"""

from scanwright_spec._channel import (
    channel,
    channel_text,
    params_schema,
    result_schema,
)
from scanwright_spec._clauses import Area, Clause, Level, Provenance, SpecificationError
from scanwright_spec._errors import ErrorCode, error_codes
from scanwright_spec._openapi import openapi, openapi_text
from scanwright_spec._profiles import (
    EVERYTHING,
    PROFILES,
    Assurance,
    Profile,
    assurance_of,
    binds,
    is_in_profile,
    profile_of,
)
from scanwright_spec._specification import Specification, load
from scanwright_spec._vocabulary import (
    CAPABILITIES,
    GAPS,
    Capability,
    capabilities,
    issued_ids,
)

__all__ = [
    "CAPABILITIES",
    "EVERYTHING",
    "GAPS",
    "PROFILES",
    "Area",
    "Assurance",
    "Capability",
    "Clause",
    "ErrorCode",
    "Level",
    "Profile",
    "Provenance",
    "Specification",
    "SpecificationError",
    "assurance_of",
    "binds",
    "capabilities",
    "channel",
    "channel_text",
    "error_codes",
    "is_in_profile",
    "issued_ids",
    "load",
    "openapi",
    "openapi_text",
    "params_schema",
    "profile_of",
    "result_schema",
]
