"""Deeper tests, each with servers of its own: `make test-elasticsearch`. A run of all tests passes them over."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Collect these tests only where they are asked for by name."""
    asked = [Path(one.partition("::")[0]).absolute() for one in config.args]
    is_asked = any(path == HERE or HERE in path.parents for path in asked)
    return None if is_asked or HERE not in collection_path.parents else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("elasticsearch")
