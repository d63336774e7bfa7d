"""`demo`: the demo workspace, with one finished iteration."""

from typing import Any

from al_core.jobs.context import JobContext


class DemoKind:
    """Takes no parameters. Its iteration is a run of its own, so it leaves the machine to that one."""

    name = "demo"
    label = "Demo"
    is_heavy = False

    def execute(self, context: JobContext) -> dict[str, Any]:
        """Build what is missing of the demo."""
        from al_core.demo import ensure_demo

        session = ensure_demo(context.settings, context.progress)
        return {"session_id": session.session_id, "lines": [f"“{session.name}” is ready."]}
