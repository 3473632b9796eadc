"""`python -m scanwright` is the same as `scanwright`."""

import sys

from scanwright.cli import main

if __name__ == "__main__":
    sys.exit(main())
