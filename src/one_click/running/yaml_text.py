"""YAML that a person writes is bounded before it is expanded."""

import yaml

from one_click.running.errors import InputError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where there is one
MOST_BYTES, MOST_NODES, DEEPEST = 200_000, 10_000, 32  # nodes: what aliases repeat included


def check_yaml(text: str, source: str) -> None:
    """Check that YAML stays small when its aliases are expanded: nothing is expanded here.

    Raises
    ------
    InputError
        Where it is too large or too deep, an anchor holds itself, or a tag asks for a type.
    yaml.YAMLError
        Where it is no YAML.
    """
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise InputError(f"{source}: more than {MOST_BYTES:,} bytes; no config is so large")
    nodes, sizes, begun = 0, dict[str, int](), list[tuple[str | None, int]]()
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else "?"
        place = f"{source}: line {line}"
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise InputError(f"{place}: *{event.anchor} stands in itself; write the value out")
            nodes += sizes[event.anchor]
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = begun.pop()
            if anchor:
                sizes[anchor] = nodes - before
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            if event.tag:
                raise InputError(f"{place}: a tag ({event.tag}); write the value without it")
            if isinstance(event, yaml.CollectionStartEvent):
                begun.append((event.anchor, nodes))
            elif event.anchor:
                sizes[event.anchor] = 1
            nodes += 1
        if len(begun) > DEEPEST:
            raise InputError(f"{place}: more than {DEEPEST} levels; no config is so deep")
        if nodes > MOST_NODES:
            raise InputError(f"{place}: more than {MOST_NODES:,} values, aliases written out")
