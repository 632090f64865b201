"""The stages of dvc.yaml as a graph: what a target needs, which sections of the lock each reads."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from one_click import artefacts
from one_click.running.errors import InputError
from one_click.running.lock import DIGESTS
from one_click.running.yaml_text import LOADER


def parsed(text: str) -> dict:
    """What a YAML text holds."""
    return yaml.load(text, Loader=LOADER)


@dataclass(frozen=True)
class Stage:
    """Paths and sections of a stage; `kept_in_git` are those of its outputs that git keeps."""

    sections: frozenset[str]
    deps: frozenset[str]
    outs: frozenset[str]
    kept_in_git: frozenset[str]


def _listed(stage: dict, *kinds: str) -> dict[str, dict]:
    """Paths and their options."""
    entries = [entry for kind in kinds for entry in stage.get(kind, [])]
    return {
        k: v
        for entry in entries
        for k, v in (entry if isinstance(entry, dict) else {entry: {}}).items()
    }


def _filled(node: Any, values: dict[str, str]) -> Any:
    """`${name}` replaced by its value."""
    if isinstance(node, dict):
        return {_filled(key, values): _filled(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(item, values) for item in node]
    if isinstance(node, str):
        return re.sub(r"\$\{(\w+)\}", lambda match: str(values.get(match[1], match[0])), node)
    return node


def _section(key: str) -> str:
    """The section of a key of the lock: of its digest, or of one value of it."""
    if key.startswith(f"{DIGESTS}."):
        return key.removeprefix(f"{DIGESTS}.")
    return key.partition(".")[0]


def stages(path: Path, menu: dict) -> dict[str, Stage]:
    """Every stage of a dvc.yaml, in its order; `foreach` is unrolled by the menu's list."""
    pipeline = parsed(path.read_text(encoding="utf-8"))["stages"]
    unrolled: dict[str, Any] = {}
    for name, stage in pipeline.items():
        if "foreach" in stage:
            items = menu[stage["foreach"].strip("${}")]
            unrolled |= {f"{name}@{i}": _filled(stage["do"], menu | {"item": i}) for i in items}
        else:
            unrolled[name] = _filled(stage, menu)
    graph = {}
    for name, stage in unrolled.items():
        params = [p for p in stage.get("params", []) if isinstance(p, dict)]
        keys = [key for p in params for key in p.get(str(artefacts.CONF_LOCK), [])]
        outs = _listed(stage, "outs", "metrics", "plots")
        graph[name] = Stage(
            sections=frozenset(map(_section, keys)),
            deps=frozenset(_listed(stage, "deps")),
            outs=frozenset(outs),
            kept_in_git=frozenset(p for p, o in outs.items() if (o or {}).get("cache") is False),
        )
    return graph


def makers(graph: dict[str, Stage], name: str) -> set[str]:
    """The stages whose outputs a stage reads: a path, a file inside it, or the folder around it."""

    def meets(out: str, dep: str) -> bool:
        one, other = Path(out), Path(dep)
        return one == other or one in other.parents or other in one.parents

    stage = graph[name]
    reads = stage.deps | ({str(artefacts.CONF_LOCK)} if stage.sections else set())
    return {
        other
        for other in graph
        if other != name and any(meets(out, dep) for out in graph[other].outs for dep in reads)
    }


def needed(graph: dict[str, Stage], target: str) -> set[str]:
    """The target and every stage before it.

    Raises
    ------
    InputError
        Where there is no such stage.
    """
    if target not in graph:
        raise InputError(f"no stage {target!r}; the stages are {', '.join(graph)}")
    names: set[str] = set()
    waiting = [target]
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            waiting += makers(graph, name)
    return names


def shared(graph: dict[str, Stage], names: set[str], differing: set[str]) -> list[str]:
    """Stages among `names` that are the same for configs which differ in these sections alone.

    `compose`, which reads no section, runs anew for each config and is not named.

    Parameters
    ----------
    differing
        Sections of the lock, or `candidates.<name>`.
    """
    same: dict[str, bool] = {}

    def is_same(name: str) -> bool:
        if name not in same:
            own = not graph[name].sections & differing
            same[name] = own and all(is_same(maker) for maker in makers(graph, name))
        return same[name]

    return [name for name in graph if name in names and graph[name].sections and is_same(name)]
