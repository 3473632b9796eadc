"""Gives child processes the library path that the user had.

PyInstaller points LD_LIBRARY_PATH into the package, and keeps the user's own under
another name. This process has read it already; certutil or a driver's helper must not.
A process of our own sets it again for itself.
"""

import os

os.environ.pop("LD_LIBRARY_PATH", None)
if (users_own := os.environ.pop("LD_LIBRARY_PATH_ORIG", None)) is not None:
    os.environ["LD_LIBRARY_PATH"] = users_own
