"""`import`: spectra into a pool."""

import argparse
from pathlib import Path

from al_core.commands.printing import console_progress, show
from al_core.errors import ConfigurationError
from al_core.preprocessing import load_recipe
from al_core.settings import load_settings

NAME = "import"
HELP = "import spectra (FITS, CSV, HDF5, VOTable, text; files and folders) into a pool"
#: Rejected files that are listed on the terminal; all of them are in rejected.csv.
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="file or folder")
    parser.add_argument("--pool", required=True, metavar="NAME", help="name of the pool in the workspace")
    parser.add_argument("--recipe", metavar="NAME|FILE", help="preprocessing recipe (default: halpha)")
    parser.add_argument("--metadata", type=Path, metavar="CSV", help="table joined to the spectra by id")
    parser.add_argument("--workers", type=int, metavar="N", help="processes that read FITS files (default: all cores)")
    parser.add_argument("--exposures", action="store_true", help="single exposures too, where files hold them")
    parser.add_argument("--remove-duplicates", action="store_true", help="leave out spectra whose id is there already")
    parser.add_argument("--replace", action="store_true", help="replace a pool of that name")


def run(arguments: argparse.Namespace) -> None:
    """Import and report what was left out, with the reasons, at the end."""
    from al_core.metadata.importing import index_pool_quietly
    from al_core.mirroring import bring_to_backend
    from al_core.pools import import_pool

    settings = load_settings()
    if arguments.pool in ("", ".", "..") or "/" in arguments.pool or "\\" in arguments.pool:
        raise ConfigurationError(f"--pool {arguments.pool!r}: expected a name without slashes.")
    folder = settings.workspace / "pools" / arguments.pool
    folder.parent.mkdir(parents=True, exist_ok=True)
    with console_progress() as progress:
        report = import_pool(
            arguments.paths,
            folder,
            recipe=load_recipe(arguments.recipe or "halpha"),
            name=arguments.pool,
            metadata_csv=arguments.metadata,
            workers=arguments.workers or settings.workers or None,
            remove_duplicates=arguments.remove_duplicates,
            exposures=arguments.exposures,
            keep_grid=arguments.recipe is None,
            replace=arguments.replace,
            progress=progress,
        )
        notice = index_pool_quietly(settings.workspace, arguments.pool, progress)
        notice = notice or bring_to_backend(settings, arguments.pool, progress)
    again = " (imported before, nothing to do)" if report.already_imported else ""
    show([f"Pool {arguments.pool}: {report.n_spectra} spectra in {folder}{again}"])
    if notice:
        show([notice])
    if report.n_duplicates:
        show([f"{report.n_duplicates} ids were there twice and are kept apart (duplicates.csv):"])
        show(f"  {item.spectrum_id} -> {item.kept_as or 'left out'}" for item in report.duplicates[:SHOWN])
    if report.n_rejected:
        show([f"{report.n_rejected} left out (rejected.csv):"])
        show(f"  {item.source} {item.spectrum_id}: {item.reason}" for item in report.rejected[:SHOWN])
        if report.n_rejected > SHOWN:
            show([f"  ... and {report.n_rejected - SHOWN} more"])
