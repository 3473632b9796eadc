"""The files of a first start: every key explained, none ever overwritten.

Implements: FILES-folders, CONFIG-ports, CONFIG-survives-restart.
"""

from __future__ import annotations

import logging
import os
import textwrap
from typing import Final

from scanwright.configuration.settings import SECTION, SETTINGS, Setting
from scanwright.configuration.writing import write_whole
from scanwright.home import Home

__all__ = ["configuration_text", "write_first_files"]

logger = logging.getLogger(__name__)

WIDTH: Final = 88

HEAD: Final = """\
; Configuration of the scan service.
;
; A change counts at once, unless the key says that a restart is needed. A wrong value
; is logged with its line and changes nothing; `scanwright config check` finds it, too.
; What the manager page and `scanwright config set` change is written to user_config.ini
; and counts more than this file. Files in DSConfiguration.d, read in the order of their
; names, count most. Upgrades touch none of them.
"""
TAIL: Final = """\
; A certificate of your own for a host name, both files in the folder cert:
;
; [scan.example.com]
; cert_name=scan.pem
; key_name=scan_key.pem
"""
SERVICE: Final = "[Service]\nname=Scanwright\n"


def write_first_files(home: Home) -> None:
    """Write what is missing; what is there stays as it is.

    A full disk costs the explanations, not the service: the defaults are known here.
    """
    texts = {home.configuration: configuration_text(), home.service_ini: SERVICE}
    for file, text in texts.items():
        if os.path.lexists(file):
            continue
        try:
            write_whole(file, text.encode())
        except OSError as error:
            logger.warning("%s could not be written: %s", file, error.strerror)


def configuration_text() -> str:
    """Return a DSConfiguration.ini with every key and its default."""
    blocks = [HEAD, f"[{SECTION}]", *map(_block, SETTINGS), TAIL]
    return "\n".join(blocks)


def _block(setting: Setting[object]) -> str:
    restart = " Needs a restart." if setting.needs_restart else ""
    words = f"{setting.meaning} Accepted: {setting.accepted}.{restart}"
    comment = textwrap.wrap(
        words,
        WIDTH,
        initial_indent="; ",
        subsequent_indent="; ",
        break_on_hyphens=False,
    )
    # What is not there by default stands as an example, to be uncommented.
    line = f";{setting.key}={setting.example}" if setting.example else None
    return "\n".join([*comment, line or f"{setting.key}={setting.default}", ""])
