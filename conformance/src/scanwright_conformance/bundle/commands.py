"""`scanwright verify`, `rejudge` and `replay`: what can be done with a bundle."""

from scanwright_conformance.bundle.rejudge_command import rejudge
from scanwright_conformance.bundle.replay_command import replay
from scanwright_conformance.bundle.verify_command import verify

__all__ = ["rejudge", "replay", "verify"]
