"""The eSCL face: virtual scanners behind HTTP, as network scanners are."""

from scanwright_simulators.faces.escl.face import EsclFace

__all__ = ["EsclFace"]
