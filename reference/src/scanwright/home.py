"""The home of an installation: one folder, and what lies where in it.

Implements: FILES-folders, FILES-private.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scanwright.errors import ScanwrightError

__all__ = ["Home", "HomeUnusable", "default_home"]

ENV_HOME: Final = "SCANWRIGHT_HOME"
FOLDER_MODE: Final = 0o700
FOLDERS: Final = ("cache", "cert", "dump", "log", "upload", "storage")


class HomeUnusable(ScanwrightError):
    """A folder of the home cannot be made, or not be written to."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where everything of one installation is."""

    folder: Path

    @property
    def cache(self) -> Path:
        """Pages that do not fit into memory, encrypted; empty while nothing runs."""
        return self.folder / "cache"

    @property
    def cert(self) -> Path:
        """The local CA, the leaf, and pairs that the user has put there."""
        return self.folder / "cert"

    @property
    def dump(self) -> Path:
        """What crashes left behind."""
        return self.folder / "dump"

    @property
    def log(self) -> Path:
        """Logs."""
        return self.folder / "log"

    @property
    def upload(self) -> Path:
        """Data that waits for the uploader."""
        return self.folder / "upload"

    @property
    def storage(self) -> Path:
        """Documents; kept by upgrades."""
        return self.folder / "storage"

    @property
    def configuration(self) -> Path:
        """What an administrator edits."""
        return self.folder / "DSConfiguration.ini"

    @property
    def drop_ins(self) -> Path:
        """Folder of an administrator's own files, which no upgrade touches."""
        return self.folder / "DSConfiguration.d"

    @property
    def user_configuration(self) -> Path:
        """What the manager page and the command line have changed."""
        return self.folder / "user_config.ini"

    @property
    def service_ini(self) -> Path:
        """The name of the service."""
        return self.folder / "service.ini"

    @property
    def port_lock(self) -> Path:
        """Held by the main process that serves this home."""
        return self.folder / "port.lock"

    def create(self) -> None:
        """Make what is missing, for the owner's eyes only.

        Raises:
            HomeUnusable: It cannot be made or written to, or everybody can write to it;
                the message says where.
        """
        for folder in (self.folder, *map(self.folder.joinpath, FOLDERS), self.drop_ins):
            try:
                folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            except OSError as error:
                raise HomeUnusable(
                    f"{folder}: {error.strerror}. The service keeps its files there; "
                    "make it usable, or choose another folder with --home."
                ) from error
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise HomeUnusable(
                    f"{folder} cannot be read and written by this user. Change its "
                    "owner, or choose another folder with --home."
                )
            if folder.stat().st_mode & stat.S_IWOTH:
                raise HomeUnusable(
                    f"{folder} can be written to by every user of this machine, who "
                    f"could take the service over. `chmod 700 {folder}`, or choose "
                    "another folder with --home."
                )

    @contextlib.contextmanager
    def as_owner(self) -> Iterator[None]:
        """Act as the account whose home this is, when root looks after it.

        What root writes there would be lost to the service, and what that account has
        put there could lead root anywhere.

        Raises:
            HomeUnusable: It is no folder, or one of somebody who lets nobody in.
        """
        owner = self._owner()
        if os.geteuid() != 0 or owner is None or owner.st_uid == 0:
            yield
            return
        group, groups = os.getegid(), os.getgroups()
        os.setgroups([])
        os.setegid(owner.st_gid)
        os.seteuid(owner.st_uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(group)
            os.setgroups(groups)

    def _owner(self) -> os.stat_result | None:
        """Return the folder's status; None when it is not there."""
        try:
            status = self.folder.stat()
        except FileNotFoundError:
            return None
        except PermissionError:
            status = None
        if status and not stat.S_ISDIR(status.st_mode):
            raise HomeUnusable(f"{self.folder} is no folder: --home names one.")
        if status and os.access(self.folder, os.R_OK | os.X_OK, effective_ids=True):
            return status
        raise HomeUnusable(f"{self.folder} is another user's. Try it with sudo.")


def default_home(environ: Mapping[str, str]) -> Path:
    """Return the home that nobody has named: $SCANWRIGHT_HOME, else the user's own."""
    if named := environ.get(ENV_HOME):
        return Path(named)
    state = environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "scanwright"
