"""Remember in which order a graph runs: Rasa has dask work it out anew three times for each message.

The order depends on the graph, the targets and the names of the inputs only. Same nodes, same inputs, same outputs;
what no later node needs is let go as before. Inputs are not written to the debug log: they hold what a person wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner


@dataclass(frozen=True)
class _Step:
    """A node, whose outputs it takes, and which outputs nobody wants after it."""

    name: str
    needs: tuple[str, ...]
    last_use_of: tuple[str, ...]


def apply() -> None:
    """Replace one method; harmless when repeated."""
    original = DaskGraphRunner.run
    if getattr(original, "zhengbian_plans", False):
        return

    def run(
        self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        schema, given = self._graph_schema, inputs or {}
        if not schema.nodes.keys().isdisjoint(given):
            return original(self, inputs, targets)  # an input in the place of a node
        wanted = tuple(targets or schema.target_names)
        plans: dict[tuple[str, ...], tuple[_Step, ...]] = self.__dict__.setdefault("_zhengbian_plans", {})
        if wanted not in plans:
            plans[wanted] = _plan(schema, wanted)
        outputs: dict[str, Any] = {name: (name, value) for name, value in given.items()}
        try:
            for step in plans[wanted]:
                node = self._instantiated_nodes[step.name]
                outputs[step.name] = node(*[outputs.get(need, need) for need in step.needs])
                for name in step.last_use_of:
                    outputs.pop(name, None)
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(outputs[name] for name in wanted)

    run.zhengbian_plans = original  # type: ignore[attr-defined]
    DaskGraphRunner.run = run  # type: ignore[method-assign]


def _plan(schema: GraphSchema, wanted: Sequence[str]) -> tuple[_Step, ...]:
    """Every node that the wanted ones rest on, each after those it needs."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name in order or name not in schema.nodes:  # a name that is no node is an input
            return
        for need in schema.nodes[name].needs.values():
            visit(need)
        order.append(name)

    for name in wanted:
        visit(name)
    steps, kept = [], set(wanted)
    for name in reversed(order):
        needs = tuple(schema.nodes[name].needs.values())
        last = tuple(dict.fromkeys(need for need in needs if need not in kept))
        kept.update(needs)
        steps.append(_Step(name, needs, last))
    return tuple(reversed(steps))
