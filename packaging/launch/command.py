"""The packaged `scanwright` command."""

import sys

from scanwright.cli import main

sys.exit(main())
