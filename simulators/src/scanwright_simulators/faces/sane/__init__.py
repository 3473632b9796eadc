"""Virtual scanners as SANE devices: a backend that libsane loads, and its server."""

from scanwright_simulators.faces.sane.face import SaneFace, socket_in

__all__ = ["SaneFace", "socket_in"]
