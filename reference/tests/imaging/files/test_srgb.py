"""The profile, judged by Little CMS."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from scanwright.imaging.files.srgb import srgb_profile


def test_profile_is_one_that_every_part_of_pdfa_takes() -> None:
    """Version 2, a display's, RGB to XYZ, its length in its head."""
    data = srgb_profile()
    assert int.from_bytes(data[:4]) == len(data)
    assert data[8] == 2
    assert data[12:24] == b"mntrRGB XYZ "
    assert data[36:40] == b"acsp"


def test_profile_means_the_same_as_little_cms_srgb() -> None:
    """Colours pass to Little CMS's own sRGB unchanged, within a step of rounding."""
    ours = ImageCms.ImageCmsProfile(BytesIO(srgb_profile()))
    theirs = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    values = np.random.default_rng(1).integers(0, 256, (40, 50, 3), np.uint8)
    passed = ImageCms.profileToProfile(Image.fromarray(values), ours, theirs)
    assert passed is not None
    difference = np.asarray(passed, np.int16) - values.astype(np.int16)
    assert abs(difference).max() <= 1
    assert ImageCms.getProfileName(ours).strip() == "sRGB IEC61966-2.1"
