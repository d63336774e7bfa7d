"""Toasts: what was done, for six seconds, with an undo where there is one. Never for failures."""

from typing import Any, Literal
from uuid import uuid4

from pages._components.buttons import Id, dom_id


def toast(
    text: str,
    *,
    kind: Literal["done", "people", "plain"] = "done",
    action: str | None = None,
    target: Id | None = None,
    data: Any = None,
) -> dict[str, Any]:
    """Return what `ids.TOAST_STORE` shows as a toast: write it as `data`, by an Output or `dash.set_props`.

    With `action` (such as "Undo") the toast has a button that writes `data` into the `data` of the store `target`.
    """
    known = {"id": uuid4().hex, "text": text, "kind": kind}
    if action is None:
        return known
    return known | {"action": action, "target": dom_id(target or ""), "data": data}
