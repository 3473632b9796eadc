"""The packaged `scanwrightd`: every process of the service."""

import sys

from scanwright.daemon import main

sys.exit(main())
