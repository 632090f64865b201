"""Files of the choices changed at random compose, or are refused: nothing else ever comes."""

import shutil

from helpers.imports import SOURCE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from one_click import artefacts
from one_click.choices.composing import composed
from one_click.choices.lock import lock_text
from one_click.choices.menu import read_menu
from one_click.running.errors import InputError

ROOT = SOURCE.parent
FILES = [
    "params.yaml", "conf/config.yaml", "conf/campaign/standard.yaml", "conf/search/random.yaml",
    "conf/model/svc.yaml", "conf/ensemble/blend.yaml", "conf/features/ratios.yaml",
]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from([
        "", "~", "[]", "{}", "[{}]", "{a: {b: [c]}}", ".nan", "-.inf", "1e308", "-1", "0", "true",
        "9" * 400, "???", "${folds.seed}", "${folds}", "${oc.env:HOME}", "${", "&a [*a]", "*a",
        "'", '"\\0"', "!!set {a}", "2026-13-45", "0x" + "f" * 400, "- a", "<<: 3", "# @package x",
        "{" * 50, "_target_: os.system", "логистик", "../x", "a,b=c", "\t",
    ]),
    st.integers().map(str),
    st.floats().map(str),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)  # fmt: skip


@st.composite
def mutations(draw) -> tuple[str, str]:
    """A file and its content with a few lines changed."""
    name = draw(st.sampled_from(FILES))
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        key = lines[place].partition(":")[0]
        lines[place : place + 1] = draw(
            st.one_of(
                VALUES.map(lambda value, key=key: [f"{key}: {value}"]),
                VALUES.map(lambda value, line=lines[place]: [line, value]),
                st.sampled_from([[], [lines[place]] * 2, [f"  {lines[place]}"], [key]]),
            )
        )
        lines = lines or [""]
    return name, "\n".join(lines)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(mutation=mutations())
def test_a_changed_file_composes_or_is_refused_in_a_line(mutation, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / artefacts.MENU, artefacts.MENU)
    shutil.copytree(ROOT / artefacts.CONF, artefacts.CONF, dirs_exist_ok=True)
    name, content = mutation
    (tmp_path / name).write_text(content, encoding="utf-8")
    problem = ""
    try:
        lock_text(composed(read_menu(artefacts.MENU), artefacts.CONF))
    except InputError as error:
        problem = str(error)
    assert "\n" not in problem
