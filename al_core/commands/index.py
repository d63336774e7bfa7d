"""`index`: metadata into an index that can be searched."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from al_core.commands.printing import console_progress, show
from al_core.errors import ConfigurationError, MetadataError
from al_core.settings import Settings, load_settings

if TYPE_CHECKING:
    from al_core.metadata.importing.logstash import LogstashFile
    from al_core.metadata.importing.mapping import Mapping
    from al_core.metadata.importing.orders import IndexOrder

NAME = "index"
HELP = "metadata (CSV, Parquet, VOTable, FITS table, or the table of a pool) into an index that can be searched"
#: Rejected rows that are listed on the terminal; all of them are in rejected.csv.
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add = parser.add_argument
    add("sources", nargs="*", metavar="CSV|POOL", help="files with the same columns, or the name of a pool")
    add("--index", metavar="NAME", help="name of the index (default, of a pool: the pool's)")
    add("--replace", action="store_true", help="replace an index of that name")
    add(
        "--logstash",
        type=Path,
        metavar="FILE",
        help="take columns, separator and types from this Logstash configuration",
    )
    add("--mapping", type=Path, metavar="FILE", help="take fields and types from this file, see --suggest")
    add("--suggest", action="store_true", help="print the mapping of columns to fields that would be used, and stop")
    add("--id", metavar="COLUMN|RULE", help="what names the rows: a column, or a rule such as 'spec-{plate:4}-{mjd}'")
    add("--separator", metavar="SIGN", help="of a text table (default: found by its content)")
    add("--encoding", metavar="NAME", help="of a text table (default: utf-8)")
    add("--columns", metavar="A,B,...", help="names of the columns of a table without header")
    add("--missing", metavar="VALUE", action="append", default=[], help="another value that means none, such as 99.0")
    add("--list", action="store_true", help="list the indices")
    add("--delete", metavar="NAME", help="delete an index")


def run(arguments: argparse.Namespace) -> None:
    """Import, list or delete."""
    settings = load_settings()
    if arguments.list:
        _list(settings.workspace)
    elif arguments.delete is not None:
        _delete(settings, arguments.delete)
    elif not arguments.sources:
        raise ConfigurationError("Expected a file or the name of a pool, --list or --delete NAME. See index --help.")
    else:
        _import(settings, arguments)


def _import(settings: Settings, arguments: argparse.Namespace) -> None:
    from al_core.metadata.importing.orders import carry_out
    from al_core.mirroring import bring_to_backend

    order = _order(settings.workspace, arguments)
    if arguments.suggest:
        show([json.dumps(order.mapping, indent=1, ensure_ascii=False)])
        return
    with console_progress() as progress:
        report = carry_out(settings.workspace, order, progress)
        notice = bring_to_backend(settings, report.name, progress)
    again = " (imported before, nothing to do)" if report.already_imported else ""
    show([f"Index {report.name}: {report.n_rows} rows{again}", *([notice] if notice else [])])
    if report.n_rejected:
        show([f"{report.n_rejected} rejected ({report.rejected_path}):"])
        show(f"  {source}, {row}: {reason}" for source, row, reason in report.rejected[:SHOWN])
        if report.n_rejected > SHOWN:
            show([f"  ... and {report.n_rejected - SHOWN} more"])


def _order(workspace: Path, arguments: argparse.Namespace) -> "IndexOrder":
    """Return what the arguments tell, its mapping written out."""
    from al_core.metadata.importing import Reading, pool_table, read_logstash
    from al_core.metadata.importing.orders import IndexOrder

    first = arguments.sources[0]
    if len(arguments.sources) == 1 and not Path(first).is_file() and pool_table(workspace, first) is not None:
        return _pool_order(arguments, first)
    config = None if arguments.logstash is None else read_logstash(arguments.logstash)
    name = arguments.index or (config.index if config else "")
    if not name and not arguments.suggest:
        raise ConfigurationError("Expected the name of the index: --index NAME.")
    reading = config.reading if config else Reading()
    order = IndexOrder(
        name=name,
        paths=tuple(arguments.sources),
        separator=arguments.separator or reading.separator,
        encoding=arguments.encoding,
        names=tuple(arguments.columns.split(",")) if arguments.columns else reading.names,
        replace=arguments.replace,
    )
    return replace(order, mapping=_mapping(order, arguments, config).to_dict())


def _mapping(order: "IndexOrder", arguments: argparse.Namespace, config: "LogstashFile | None") -> "Mapping":
    from al_core.metadata.importing import Mapping, logstash_mapping, suggest
    from al_core.metadata.importing.orders import opened

    source = opened(order)[0]
    if arguments.mapping is not None:
        mapping = Mapping.from_dict(_read_json(arguments.mapping))
    else:
        mapping = logstash_mapping(config, source) if config else suggest(source).mapping
    mapping = mapping.with_id(arguments.id or mapping.id_from).with_missing([*mapping.missing, *arguments.missing])
    return mapping if arguments.suggest else mapping.checked(source.columns)


def _pool_order(arguments: argparse.Namespace, pool: str) -> "IndexOrder":
    """Return the order of a pool, whose table says itself what its columns are."""
    from al_core.metadata.importing.orders import IndexOrder

    told = ("logstash", "mapping", "suggest", "id", "separator", "encoding", "columns", "missing")
    given = [name for name in told if getattr(arguments, name)]
    if given:
        raise ConfigurationError(f"--{given[0]} is for files; {pool!r} is a pool.")
    return IndexOrder(name=arguments.index or pool, pool=pool, replace=arguments.replace)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MetadataError(f"{path}: expected a mapping as --suggest prints it, found {error}.") from error
    return content if isinstance(content, dict) else {}


def _list(workspace: Path) -> None:
    from al_core.metadata.catalog import Catalogs

    catalogs = Catalogs(workspace)
    names = catalogs.names()
    show(["There is no index yet."] if not names else [])
    for name in names:
        catalog = catalogs.open(name)
        origin = ", ".join(source.name for source in catalog.manifest.sources)
        rejected = f", {catalog.manifest.n_rejected} rejected" if catalog.manifest.n_rejected else ""
        show([f"{name}: {catalog.n_rows} rows{rejected}, {catalog.n_bytes / 2**20:.1f} MiB, from {origin}"])


def _delete(settings: Settings, name: str) -> None:
    from al_core.metadata.catalog import Catalogs
    from al_core.mirroring import remove_from_backend

    catalogs = Catalogs(settings.workspace)
    if name not in catalogs.names() and name not in catalogs.unfinished():
        raise MetadataError(f"There is no index {name!r}. Indices: {', '.join(catalogs.names()) or 'none'}.")
    catalogs.remove(name)
    show([remove_from_backend(settings, name) or f"Index {name} is deleted."])
