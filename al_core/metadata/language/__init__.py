"""The language of searches: text becomes a condition, and a condition becomes text. See docs/search.md."""

from al_core.metadata.language.describing import OPERATORS, Row, build, describe
from al_core.metadata.language.names import ClassName, Names
from al_core.metadata.language.parsing import parse
from al_core.metadata.language.simplifying import simplified
from al_core.metadata.language.writing import write

__all__ = ["OPERATORS", "ClassName", "Names", "Row", "build", "describe", "parse", "simplified", "write"]
