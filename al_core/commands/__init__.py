"""One module for each command of the command line: NAME, HELP, add_arguments(parser), run(arguments)."""

from types import ModuleType

from al_core.commands import demo, evaluate, export, import_pool, index, mirror, run, simulate

COMMANDS: tuple[ModuleType, ...] = (demo, simulate, import_pool, index, mirror, run, evaluate, export)
