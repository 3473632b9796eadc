"""Pages as files: JPEG, PNG and PDF, joined from strips that are encoded once."""

from scanwright_simulators.formats.encoder import FORMATS, PageEncoder

__all__ = ["FORMATS", "PageEncoder"]
