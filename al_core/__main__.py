"""`python -m al_core`."""

import sys

from al_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
