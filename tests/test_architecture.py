import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import al_core

ROOT = Path(al_core.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
WEB = ("dash", "plotly", "flask")
NETWORKS = ("tensorflow", "keras")
ABOVE = ("al_core.runs", "al_core.commands", "al_core.cli")
#: Package: what it must not know.
FORBIDDEN = {
    "strategies": (*ABOVE, "al_core.pools", "al_core.storage", "al_core.evaluation"),
    "models": (*ABOVE, "al_core.pools", "al_core.storage", "al_core.evaluation"),
    "readers": (*ABOVE, "al_core.pools", "al_core.models", "al_core.strategies"),
    "preprocessing": (*ABOVE, "al_core.pools", "al_core.models", "al_core.strategies"),
    "pools": (*ABOVE, "al_core.models", "al_core.strategies"),
    "runs": ("al_core.commands", "al_core.cli"),
    "evaluation": ("al_core.commands", "al_core.cli"),
    "storage": (*ABOVE, "al_core.jobs", "al_core.sessions", "al_core.models", "al_core.pools"),
    "sessions": (
        "al_core.commands",
        "al_core.cli",
        "al_core.services",
        "al_core.worker",
        "al_core.evaluation",
        "al_core.demo",
    ),
    "jobs": ("al_core.commands", "al_core.cli", "al_core.services", "al_core.worker"),
    "labeling": (
        *("al_core.commands", "al_core.cli", "al_core.services", "al_core.worker", "al_core.jobs", "al_core.demo"),
        *("al_core.evaluation", "al_core.performance", "al_core.models", "al_core.learner"),
    ),
    "metadata": (
        *(*ABOVE, "al_core.worker", "al_core.jobs", "al_core.evaluation", "al_core.demo"),
        *("al_core.sessions", "al_core.labeling", "al_core.models", "al_core.learner", "al_core.performance"),
    ),
    "candidates": ("al_core.commands", "al_core.cli", "al_core.worker", "al_core.evaluation", "al_core.demo"),
    "performance": (*ABOVE, "al_core.services", "al_core.worker", "al_core.jobs", "al_core.models", "al_core.pools"),
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT.parent))


def imports(tree: ast.AST, *, everywhere: bool = True) -> Iterator[str]:
    """Yield the full names that a module imports; with `everywhere` off, only what happens when it is imported."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif everywhere or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imports(node, everywhere=everywhere)


def below(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > 50
    assert {path.parent.name for path in MODULES} >= set(FORBIDDEN)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_core_knows_no_web(path: Path) -> None:
    assert not [name for name in imports(parsed(path)) if below(name, WEB)]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_are_absolute(path: Path) -> None:
    relative = [n.lineno for n in ast.walk(parsed(path)) if isinstance(n, ast.ImportFrom) and n.level]
    assert not relative


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_network_library_is_imported_in_one_module_alone(path: Path) -> None:
    found = [name for name in imports(parsed(path)) if below(name, NETWORKS)]
    assert bool(found) == (path == ROOT / "models" / "cnn.py")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_network_is_imported_only_where_it_is_used(path: Path) -> None:
    assert "al_core.models.cnn" not in {
        name.rpartition(".")[0] for name in imports(parsed(path), everywhere=False)
    } | set(imports(parsed(path), everywhere=False))


@pytest.mark.parametrize("package", FORBIDDEN)
def test_packages_know_only_what_is_below_them(package: str) -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for name in imports(parsed(path))
        if below(name, FORBIDDEN[package])
    ]
    assert not wrong


def test_the_statistics_of_performance_know_no_session() -> None:
    apart = {"gathering.py", "export.py"}  # these two bring sessions and statistics together
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in sorted((ROOT / "performance").glob("*.py"))
        if path.name not in apart
        for name in imports(parsed(path))
        if below(name, ("al_core.sessions", "al_core.runs", "al_core.performance.gathering"))
    ]
    assert not wrong


@pytest.mark.parametrize(
    "module", ["al_core.cli", "al_core.jobs", "al_core.runs.run", "al_core.learner", "al_core.models.factory"]
)
def test_importing_does_not_load_the_network_library(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({{'tensorflow', 'keras', 'dash'}} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent, timeout=60
    )
    assert done.stdout.strip() == ""


TOP = ROOT.parent
LAYOUT = sorted((TOP / "pages").rglob("*.py"))
CLICKS = sorted((TOP / "callbacks").rglob("*.py"))
#: What opens, reads or changes something: callbacks use it, pages get its results.
OPENERS = (
    *("al_core.services", "al_core.storage", "al_core.worker", "al_core.commands", "al_core.cli"),
    *("al_core.jobs.JobRegistry", "al_core.jobs.registry", "al_core.sessions.Sessions", "al_core.sessions.sessions"),
    *(
        "al_core.sessions.LabelJournal",
        "al_core.sessions.journal",
        "al_core.library.Library",
        "al_core.library.library",
    ),
    *("al_core.pools.Pool", "al_core.pools.pool", "al_core.settings.load_settings", "sqlite3", "polars", "pandas"),
)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_core_knows_neither_pages_nor_callbacks(path: Path) -> None:
    assert not [name for name in imports(parsed(path)) if below(name, ("pages", "callbacks", "app", "wsgi"))]


@pytest.mark.parametrize("path", LAYOUT, ids=lambda path: str(path.relative_to(TOP)))
def test_pages_open_nothing_and_know_of_the_callbacks_their_ids_alone(path: Path) -> None:
    found = list(imports(parsed(path)))
    assert not [name for name in found if below(name, (*OPENERS, "app", "wsgi"))]
    assert not [name for name in found if below(name, ("callbacks",)) and not below(name, ("callbacks.ids",))]


@pytest.mark.parametrize("path", CLICKS, ids=lambda path: str(path.relative_to(TOP)))
def test_callbacks_compose_with_the_kit_and_import_no_page(path: Path) -> None:
    found = [name for name in imports(parsed(path)) if below(name, ("pages", "app", "wsgi"))]
    assert not [name for name in found if not below(name, ("pages._components",))]


@pytest.mark.parametrize("path", [*LAYOUT, *CLICKS], ids=lambda path: str(path.relative_to(TOP)))
def test_the_web_process_imports_no_network(path: Path) -> None:
    assert not [name for name in imports(parsed(path)) if below(name, (*NETWORKS, "al_core.models.cnn"))]


@pytest.mark.parametrize("path", [*LAYOUT, *CLICKS], ids=lambda path: str(path.relative_to(TOP)))
def test_a_module_of_the_web_holds_constants_alone(path: Path) -> None:
    """A list, dictionary or set at the top of a module is one that two users would share; constants are in capitals."""
    made = [node for node in parsed(path).body if isinstance(node, ast.Assign | ast.AnnAssign) and node.value]
    shared = [
        node.lineno for node in made if isinstance(node.value, ast.List | ast.Dict | ast.Set) and not _is_constant(node)
    ]
    assert not shared


def _is_constant(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [target.id if isinstance(target, ast.Name) else "" for target in targets]
    return all(name == "__all__" or name.isupper() for name in names)
