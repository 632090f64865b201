"""YAML that a person writes is bounded before it is expanded."""

import pytest
import yaml

from one_click.running.errors import InputError
from one_click.running.yaml_text import DEEPEST, MOST_BYTES, MOST_NODES, check_yaml

LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
HOSTILE = {
    "aliases that double": (LAUGHS, "aliases written out"),
    "merges that double": (
        "a0: &a0 {x: 1, y: 2}\n"
        + "".join(f"a{n}: &a{n} {{l: *a{n - 1}, r: *a{n - 1}}}\n" for n in range(1, 40)),
        "aliases written out",
    ),
    "a list that holds itself": ("a: &a [*a]", r"\*a stands in itself"),
    "a mapping that holds itself": ("a: &a {b: {c: *a}}", r"\*a stands in itself"),
    "a mapping that merges itself": ("&a\n<<: *a\nb: 1", r"\*a stands in itself"),
    "a mapping that is its own key": ("&a {*a : 1}", r"\*a stands in itself"),
    "an alias of nothing": ("a: *b", r"\*b stands in itself"),
    "lists in lists": ("[" * 5_000 + "]" * 5_000, f"more than {DEEPEST} levels"),
    "mappings in mappings": ("{a: " * 5_000 + "1" + "}" * 5_000, f"more than {DEEPEST} levels"),
    "levels by indent": (
        "".join(" " * n + "a:\n" for n in range(300)), f"more than {DEEPEST} levels"
    ),
    "levels of dashes": ("- " * 5_000 + "a", f"more than {DEEPEST} levels"),
    "a list without end": ("a: [" + "1, " * (MOST_NODES + 1) + "]", "more than 10,000 values"),
    "a text without end": ("a: " + "x" * (MOST_BYTES + 1), "more than 200,000 bytes"),
    "Python's own tags": ("a: !!python/object/apply:os.system [ls]", r"line 1: a tag \("),
    "a tag of YAML": ("a: 1\nb: !!binary aGk=", r"line 2: a tag \("),
    "a tag of one's own": ("a: !x 1", r"a tag \(!x\)"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_what_would_grow_is_refused_before_it_does(case):
    text, told = HOSTILE[case]
    with pytest.raises(InputError, match=f"^a file: .*{told}"):
        check_yaml(text, "a file")


@pytest.mark.parametrize(
    "text",
    [
        "", "3", "a: [1, 2]\n", "a: &a {b: 1}\nc: *a\nd: *a\n", "a: &a {b: 1}\nc: {<<: *a, d: 2}\n",
        "[" * DEEPEST + "]" * DEEPEST, "a: 'text'\nb: |\n  lines\n",
    ],
)  # fmt: skip
def test_what_a_person_writes_passes(text):
    check_yaml(text, "a file")
    yaml.safe_load(text)


def test_what_is_no_yaml_is_left_to_the_reader_s_own_error():
    with pytest.raises(yaml.YAMLError):
        check_yaml("a: [", "a file")
