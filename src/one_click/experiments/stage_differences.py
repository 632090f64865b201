"""Which stages of two branches differ, and in what."""

from one_click.experiments.revisions import Revision


def stage_differences(one: Revision, other: Revision) -> list[tuple[str, str, str]]:
    """Stages that differ: what of them, and whether their outputs do."""

    def entries(stage: dict, kind: str) -> dict:
        return {entry["path"]: entry.get("md5") for entry in stage.get(kind, [])}

    every = [*one.stages.values(), *other.stages.values()]
    outputs = {out["path"] for stage in every for out in stage.get("outs", [])}
    rows = []
    for name in dict.fromkeys([*one.stages, *other.stages]):
        first, second = one.stages.get(name), other.stages.get(name)
        if first is None or second is None:
            where = other.name if first is None else one.name
            rows.append((name, f"only in {where}", ""))
            continue
        why = ["command"] if first["cmd"] != second["cmd"] else []
        deps = entries(first, "deps"), entries(second, "deps")
        params = first.get("params", {}), second.get("params", {})
        why += [
            f"{section}"
            for path in sorted(params[0].keys() | params[1].keys())
            for section in sorted(params[0].get(path, {}).keys() | params[1].get(path, {}).keys())
            if params[0].get(path, {}).get(section) != params[1].get(path, {}).get(section)
        ]
        paths = [p for p in deps[0] | deps[1] if deps[0].get(p) != deps[1].get(p)]
        why += sorted(path for path in paths if path not in outputs)
        if paths and not why:
            why = ["what it reads"]
        outs = entries(first, "outs") != entries(second, "outs")
        if why or outs:
            rows.append((name, ", ".join(why), "differ" if outs else "the same"))
    return rows
