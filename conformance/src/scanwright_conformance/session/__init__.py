"""What a stimulus talks through: a session with the target that records itself."""

from scanwright_conformance.session._job import Job
from scanwright_conformance.session._page import Page
from scanwright_conformance.session._recorder import Stopped
from scanwright_conformance.session._service import configuration_text
from scanwright_conformance.session._session import JOBS, Session

__all__ = ["JOBS", "Job", "Page", "Session", "Stopped", "configuration_text"]
