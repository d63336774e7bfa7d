"""What `make run` starts. Until the dashboard is here, that is the demo: a simulated survey and one iteration on it."""

import sys

from al_core.cli import main

if __name__ == "__main__":
    sys.exit(main(["demo", *sys.argv[1:]]))
