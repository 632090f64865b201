"""Promises of scoring a new month: nothing silent, nothing half-written, the same as alone."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from helpers.crm import ids_of_workbook
from helpers.generated import with_text_ids, write_tables
from helpers.store import pipeline_of
from omegaconf import OmegaConf

from one_click import artefacts
from one_click.columns import BY_NAME, ID, RAW_ID, REVENUES, TABLES, TARGET
from one_click.commands import score
from one_click.customers.generated import FIRST_ID, draw_store, table_csv
from one_click.experiments.recorded import path_hash
from one_click.monthly import study
from one_click.offers.kept_wave import PROMISES, read_kept_wave
from one_click.risk.model.model_files import model_content
from one_click.risk.origins import NEW
from one_click.running import writing
from one_click.running.arguments import check_output
from one_click.running.errors import InputError
from one_click.running.lock import DIGESTS
from one_click.stages import explain, offer, predict, prepare, segment

ROOT = Path(__file__).parents[2]
WRITTEN = {
    "risks.parquet", "reasons.parquet", "segments.parquet", "offers.parquet", "offers.csv",
    "offers.xlsx", "flags.csv", "drift.json", "drift.html", ".gitignore", "wave",
}  # fmt: skip
LABEL = BY_NAME[TARGET].raw
REVENUE = BY_NAME[REVENUES[0]].raw


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder in which a small study was run, all but the search of a model."""
    folder = tmp_path_factory.mktemp("study")
    lock = OmegaConf.load(ROOT / artefacts.CONF_LOCK)
    del lock[DIGESTS]  # of other values
    lock.sample.customers, lock.folds.splits, lock.tables = 260, 3, str(artefacts.SAMPLE)
    lock.scale.chunk_rows = 25  # so that each month is in some chunks
    lock.predict.update(
        repeats=2, second_opinions=1, order_pairs=2, new_order_pairs=2, reference=30, shuffles=1
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        shutil.copytree(ROOT / artefacts.CONF, artefacts.CONF)
        OmegaConf.save(lock, artefacts.CONF_LOCK)
        write_tables(artefacts.SAMPLE, with_text_ids(draw_store(260, lock.sample.seed)[0]))
        prepare.main()
        chosen = model_content(artefacts.CHOSEN, pipeline_of("logistic"))
        writing.write_bytes(artefacts.CHOSEN, chosen)
        writing.write_json(
            artefacts.CHOICE,
            {"candidate": "logistic", "calibration": "venn_abers", "threshold": 0.4}
            | {"threshold_rule": "max_f1"},
        )
        for stage in (predict, explain, segment, offer):
            stage.main()
    return folder


@pytest.fixture
def month(trained, tmp_path, monkeypatch):
    """Write a new month of a store, score it, and give the folder of what was written."""
    monkeypatch.chdir(trained)

    def scored(name: str, *more: str, change=None, customers: int = 60, seed: int = 5) -> Path:
        frames = with_text_ids(draw_store(customers, seed)[0])
        frames["customers"] = frames["customers"].drop(columns=LABEL)
        if change:
            change(frames)
        tables, output = tmp_path / f"{name}_tables", tmp_path / name
        tables.mkdir(exist_ok=True)
        for key, frame in frames.items():
            (tables / TABLES[key].file).write_bytes(table_csv(key, frame))
        asked = ["score", "--tables", str(tables), "--output", str(output), *more]
        monkeypatch.setattr(sys, "argv", asked)
        score.main()
        return output

    return scored


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def git(folder: Path, *words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


def test_every_file_is_written_with_a_row_a_customer_that_neither_git_nor_a_log_sees(
    month, tmp_path, capsys
):
    git(tmp_path, "init", "-q")
    output = month("usual")
    seen = git(tmp_path, "status", "--porcelain", "-uall").splitlines()
    assert [line for line in seen if "usual_tables/" not in line] == []
    printed = set(re.findall(r"\d+", "".join(capsys.readouterr())))
    raw = pd.read_csv(tmp_path / "usual_tables" / TABLES["customers"].file, dtype=str)
    assert not printed & set(raw[RAW_ID])
    assert {path.name for path in output.iterdir()} == WRITTEN
    offers = pd.read_parquet(output / "offers.parquet")
    kept = read_kept_wave(output / "wave")
    pd.testing.assert_frame_equal(kept.plan, offers)
    assert kept.campaign == score.chosen_campaign(None)
    promised = writing.read_json(artefacts.PREDICT_METRICS)["out_of_fold"]
    assert kept.promised == {name: promised[name] for name in PROMISES}
    told = writing.read_json(output / "drift.json")
    assert len(offers) == told["rows"] == 60 - len(told["left"])
    assert offers[ID].is_unique
    assert offers["risk"].between(offers["risk_low"], offers["risk_high"]).all()
    assert (told["verdict"], told["known"]) == ("too_few", 0)
    flags = pd.read_csv(output / "flags.csv")
    assert flags["flag"].isin(["slip", "missing"]).all()  # a slip's revenue, and no other value
    assert flags["column"].isin(REVENUES).all()


def ids_in(folder: Path) -> dict[str, set[str]]:
    """Ids in each file of a folder that has any, as programs and a spreadsheet find them."""
    tables = {path.name: pd.read_parquet(path) for path in folder.rglob("*.parquet")}
    tables = {name: table for name, table in tables.items() if ID in table}
    assert all(table[ID].dtype == "str" for table in tables.values())
    for name in ("offers.csv", "flags.csv"):
        for path in folder.rglob(name):
            tables[name] = pd.read_csv(path, dtype="str", encoding="utf-8-sig")
    books = {path.name: ids_of_workbook(path.read_bytes()) for path in folder.rglob("*.xlsx")}
    return {name: set(table[ID]) for name, table in tables.items()} | books


def test_every_output_holds_the_very_ids_that_went_in(month, trained):
    """`00215349` and `A-215348/б`, through the stages and through a new month."""
    output = month("ids")
    left = [
        *writing.read_json(trained / artefacts.PREPARE_METRICS)["left_ids"].values(),
        writing.read_json(output / "drift.json")["left"],
    ]
    some = {"plans.parquet", "flags.csv"}  # of those with an offer, with a flag
    for folder, leavers, count in (
        (trained / "data", left[0], 260),
        (trained / "reports", left[0], 260),
        (output, left[1], 60),
    ):
        everyone = {
            f"A-{number}/б" if number % 2 == 0 else f"00{number}"
            for number in range(FIRST_ID, FIRST_ID + count)
        }
        assert set(leavers) < everyone
        files = ids_in(folder)
        assert len(files) >= 2
        for name, ids in files.items():
            assert ids <= everyone - set(leavers), name
            assert name in some or ids == everyone - set(leavers), name


def test_contributions_add_up_to_the_score_of_the_final_model(month):
    output = month("sums")
    reasons = pd.read_parquet(output / "reasons.parquet").set_index(ID)
    risks = pd.read_parquet(output / "risks.parquet").set_index(ID)
    total = reasons.filter(like="contribution_").sum(axis=1) + reasons["base_value"]
    assert total.to_numpy() == pytest.approx(risks["score"].reindex(total.index), abs=1e-9)


def test_who_was_learned_from_is_known_and_scored_as_the_stages_did(month, trained):
    stages = pd.read_parquet(trained / artefacts.RISKS).set_index(ID)
    seed = OmegaConf.load(trained / artefacts.CONF_LOCK).sample.seed
    output = month("again", customers=260, seed=seed)
    figures = writing.read_json(output / "drift.json")
    assert (figures["verdict"], figures["rows"]) == ("too_few", len(stages))  # and none moved
    assert figures["columns"]["score"]["psi"] == pytest.approx(0, abs=1e-3)
    assert figures["known"] == (stages["origin"] != NEW).sum()
    risks = pd.read_parquet(output / "risks.parquet").set_index(ID)
    pd.testing.assert_frame_equal(risks, stages.loc[risks.index, list(risks)])
    reasons = pd.read_parquet(output / "reasons.parquet").set_index(ID)
    known = stages["origin"] != NEW
    total = reasons.filter(like="contribution_").sum(axis=1) + reasons["base_value"]
    assert total[known].to_numpy() == pytest.approx(stages.loc[total.index, "score"][known])


def test_known_ids_with_other_values_are_new(month, trained):
    errors = BY_NAME["service_errors"].raw

    def later(frames):
        frames["customers"] = frames["customers"].assign(
            **{errors: frames["customers"][errors] + 1}
        )

    seed = OmegaConf.load(trained / artefacts.CONF_LOCK).sample.seed
    output = month("later", change=later, customers=260, seed=seed)
    assert writing.read_json(output / "drift.json")["known"] == 0
    assert set(pd.read_parquet(output / "risks.parquet")["origin"]) == {NEW}


def test_a_target_that_is_there_is_not_looked_at(month):
    def labelled(frames):
        frames["customers"] = frames["customers"].assign(**{LABEL: "whatever"})

    assert contents(month("with", change=labelled)) == contents(month("without"))


def test_the_order_of_rows_changes_nothing(month):
    def shuffled(frames):
        for key, frame in frames.items():
            frames[key] = frame.sample(frac=1, random_state=3)

    assert contents(month("shuffled", change=shuffled)) == contents(month("ordered"))


def one_of(frames, place: int) -> None:
    known = frames["customers"][RAW_ID].iloc[place]
    for key, frame in frames.items():
        frames[key] = frame[frame[RAW_ID] == known]


def test_one_customer_is_scored_as_among_others(month):
    together = pd.read_parquet(month("many") / "risks.parquet").set_index(ID)
    output = month("one", change=lambda frames: one_of(frames, 3))
    alone = pd.read_parquet(output / "risks.parquet").set_index(ID)
    assert len(alone) == 1
    columns = ["score", "risk", "risk_low", "risk_high"]
    of_many = together.loc[alone.index, columns].to_numpy()
    assert alone[columns].to_numpy() == pytest.approx(of_many, abs=1e-9)
    assert writing.read_json(output / "drift.json")["verdict"] == "too_few"


def test_unknown_and_missing_values_are_flagged_and_counted(month):
    category, service = (BY_NAME[n].raw for n in ("favourite_category", "service_type"))
    consent, errors = (BY_NAME[name].raw for name in ("contact_allowed", "service_errors"))
    usual = pd.read_parquet(month("clean") / "offers.parquet").set_index(ID)

    def spoilt(frames):
        rows = frames["customers"].reset_index(drop=True).astype(object)
        rows.loc[[0, 1], category] = "Мебель"
        rows.loc[[1], service] = ""
        rows.loc[[2], consent] = "не знаю"
        rows.loc[[3], errors] = ""
        frames["customers"] = rows

    output = month("spoilt", change=spoilt)
    flags = pd.read_csv(output / "flags.csv")
    counted = flags.groupby(["column", "flag"]).size().to_dict()
    assert counted[("favourite_category", "unknown")] == 2
    assert counted[("contact_allowed", "unknown")] == 1
    assert ("favourite_category", "missing") not in counted
    told = writing.read_json(output / "drift.json")
    assert told["columns"]["favourite_category"]["unknown"] == pytest.approx(
        2 / told["rows"], abs=1e-4
    )
    assert told["flags"]["unknown"] == 3
    offers = pd.read_parquet(output / "offers.parquet").set_index(ID)
    unsure = flags.loc[flags["column"] == "contact_allowed", ID]
    assert (
        offers.loc[unsure, "channel"].isin(["site"]).sum()
        == offers.loc[unsure, "offer"].notna().sum()
    )
    changed = flags.loc[flags["column"] == "favourite_category", ID]
    assert (offers.loc[changed, "risk"] != usual.loc[changed, "risk"]).any()


def test_a_cluster_gives_the_same_bytes(month):
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is missing")
    there = {"n_workers": 2, "processes": True, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**there) as cluster:
        output = month("cluster", "--scheduler", cluster.scheduler_address)
    assert contents(output) == contents(month("here"))


def test_a_first_chunk_without_a_regular_customer_is_passed_over(month):
    def lapsed(frames):
        first = sorted(frames["customers"][RAW_ID].unique())[:30]
        money = frames["revenue"]
        rows = money[RAW_ID].isin(first)
        frames["revenue"] = money.assign(**{REVENUE: money[REVENUE].where(~rows, 0)})

    output = month("lapsed", change=lapsed)
    told = writing.read_json(output / "drift.json")
    assert len(told["left"]) >= 30
    risks = pd.read_parquet(output / "risks.parquet")
    assert len(risks) == told["rows"] == 60 - len(told["left"])
    assert set(risks["origin"]) == {NEW}


def test_the_size_of_chunks_changes_no_figure(month, trained):
    small = month("small", customers=260)
    lock = OmegaConf.load(trained / artefacts.CONF_LOCK)
    try:
        OmegaConf.save(OmegaConf.merge(lock, {"scale": {"chunk_rows": 1000}}), artefacts.CONF_LOCK)
        large = month("large", customers=260)
    finally:
        OmegaConf.save(lock, artefacts.CONF_LOCK)
    for name in ("risks.parquet", "reasons.parquet", "segments.parquet", "offers.parquet"):
        one, other = (pd.read_parquet(folder / name) for folder in (small, large))
        pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-12)
    same = ("offers.csv", "flags.csv", "drift.html", "drift.json")
    assert [(small / name).read_bytes() == (large / name).read_bytes() for name in same] == [
        True
    ] * 4


def test_reasons_of_the_addressed_alone_are_the_same(month):
    everyone = pd.read_parquet(month("all") / "reasons.parquet").set_index(ID)
    output = month("some", "--reasons", "addressed")
    some = pd.read_parquet(output / "reasons.parquet").set_index(ID)
    segments = pd.read_parquet(output / "segments.parquet").set_index(ID)["segment"]
    asked = segments.isin(["at_risk", "at_risk_profitable"])
    pd.testing.assert_frame_equal(some.loc[asked], everyone.loc[asked], atol=1e-9)
    assert some.loc[~asked, "base_value"].isna().all()
    assert len(some) == len(everyone)


def test_reasons_of_those_near_an_offer_give_the_same_plan(month, monkeypatch):
    """Of few where the budget is small; they are the same reasons."""
    small = replace(score.chosen_campaign(None), budget=1.0)
    monkeypatch.setattr(score, "chosen_campaign", lambda _: small)
    outputs = month("all"), month("near", "--reasons", "planned")
    everyone, near = (pd.read_parquet(path / "reasons.parquet").set_index(ID) for path in outputs)
    asked = near["base_value"].notna()
    pd.testing.assert_frame_equal(near[asked], everyone[asked], atol=1e-9)
    plans = [pd.read_parquet(path / "offers.parquet").set_index(ID) for path in outputs]
    assert plans[1]["offer"].notna().any()
    pd.testing.assert_series_equal(plans[1]["offer"], plans[0]["offer"].loc[plans[1].index])
    assert plans[1].index[plans[1]["offer"].notna()].isin(near.index[asked]).all()
    assert asked.sum() < everyone["base_value"].notna().sum()
    assert set(near.columns) == set(everyone.columns)


def test_another_campaign_plans_otherwise(month):
    usual = pd.read_parquet(month("standard") / "offers.parquet")
    other = pd.read_parquet(month("site", "--campaign", "site_only") / "offers.parquet")
    assert set(other["channel"].dropna()) <= {"site"}
    assert set(usual["offer"].dropna()) != set(other["offer"].dropna())


def test_a_fault_of_the_tables_leaves_the_earlier_output(month):
    output = month("kept")
    before = contents(output)

    def broken(frames):
        frames["profit"] = frames["profit"].iloc[1:]

    with pytest.raises(InputError, match=r"money\.csv.* no row"):
        month("kept", change=broken)
    assert contents(output) == before


def test_a_place_that_is_taken_leaves_every_file_of_before(month, trained, tmp_path):
    """A folder where the offers go: no new risk stands beside older offers."""
    output = tmp_path / "taken"
    (output / "offers.csv").mkdir(parents=True)
    (output / "risks.parquet").write_bytes(b"of before")
    with pytest.raises(IsADirectoryError, match=r"offers\.csv"):
        month("taken")
    assert {path.name for path in output.iterdir()} == {"offers.csv", "risks.parquet"}
    assert (output / "risks.parquet").read_bytes() == b"of before"


@pytest.fixture
def damaged(trained, tmp_path):
    """Another content for one of the saved files, for a while."""
    kept = []

    def to(path: Path, content: bytes) -> None:
        kept.append((trained / path, (trained / path).read_bytes()))
        (trained / path).write_bytes(content)

    yield to
    for path, content in reversed(kept):
        path.write_bytes(content)


OPINION = artefacts.second_opinion("unseen_1")
FILES = [path for path in study.SAVED if path.suffix] + [OPINION]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_saved_file_that_was_cut_is_one_line_and_nothing_is_written(
    path, month, trained, damaged, tmp_path
):
    content = (trained / path).read_bytes()
    damaged(path, content[: len(content) // 2])
    with pytest.raises(
        InputError, match=rf"^{path}: not as `dvc repro` leaves it \(.+ `dvc repro`$"
    ):
        month("cut")
    assert not (tmp_path / "cut").exists()


def test_a_second_opinion_in_the_place_of_the_model_is_one_line(month, trained, damaged):
    damaged(artefacts.MODEL, (trained / OPINION).read_bytes())
    with pytest.raises(InputError, match=rf"^{artefacts.MODEL}: .*seal"):
        month("swapped")


def test_a_bit_that_is_not_of_the_last_run_is_one_line_before_anything_is_read(
    month, trained, damaged
):
    """An earlier file, or one mended by hand, is as good as damaged: dvc.lock has its hash."""
    outs = [{"path": str(path), "md5": path_hash(trained / path)} for path in study.SAVED]
    lock = trained / artefacts.DVC_LOCK
    lock.write_text(yaml.safe_dump({"stages": {"predict": {"outs": outs}}}))
    try:
        month("recorded")
        for path in FILES:
            content = (trained / path).read_bytes()
            damaged(path, content[:-1] + bytes([content[-1] ^ 1]))
            named = artefacts.SECOND_OPINIONS if path == OPINION else path
            with pytest.raises(InputError, match=rf"^{named}: not as .*dvc\.lock records another"):
                month("flipped")
            damaged(path, content)
        lock.write_text("<<<<<<< HEAD\n")
        with pytest.raises(InputError, match=r"^dvc\.lock: not readable: `one-click repair`"):
            month("conflict")
    finally:
        lock.unlink()


def test_a_bad_order_is_refused_in_a_line(month, tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"no campaign 'nine'; choose one of .*standard"):
        month("nine", "--campaign", "nine")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"is a file; name a folder"):
        month("file")
    tables = str(tmp_path / "file_tables")
    monkeypatch.setattr(sys, "argv", ["score", "--tables", tables, "--output", tables])
    with pytest.raises(InputError, match=r"is the folder of the tables"):
        score.main()
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / ".gitignore").write_text("/mine\n")
    with pytest.raises(InputError, match=r"own has a \.gitignore of its own; name a folder"):
        month("own")


@pytest.mark.parametrize(
    ("key", "name", "value", "told"),
    [
        ("versions", "scikit-learn", "0.1", r"by other versions \(scikit-learn 0\.1, here"),
        ("features", "tenure_days", {"kind": "category"}, r"for other columns \(tenure_days\)"),
    ],
)
def test_a_model_made_otherwise_is_refused(month, trained, monkeypatch, key, name, value, told):
    card = writing.read_json(trained / artefacts.MODEL_CARD)
    card[key][name] = value
    monkeypatch.setattr(artefacts, "MODEL_CARD", Path("models/other.json"))
    monkeypatch.setattr(study, "SAVED", (artefacts.MODEL,))
    writing.write_json(artefacts.MODEL_CARD, card, digits=None)
    with pytest.raises(InputError, match=told):
        month("refused")


CONSENT = BY_NAME["contact_allowed"].raw


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"да": "дa"}, "has the Latin letter «a»"),
        ({"да": "Да", "нет": "Нет"}, "is unknown; expected one of нет, да"),
    ],
)
def test_a_spelling_is_refused_and_no_refusal_of_consent(month, cells, problem):
    def misspell(frames):
        frames["customers"][CONSENT] = frames["customers"][CONSENT].replace(cells)

    with pytest.raises(InputError, match=problem):
        month("misspelt", change=misspell)


@pytest.mark.parametrize("folder", ["src/x", "conf/campaign", "metrics/describe", "data/wave", "."])
def test_a_folder_of_the_projects_own_is_no_output(trained, monkeypatch, folder):
    monkeypatch.chdir(trained)
    with pytest.raises(InputError, match="is one of the project's own"):
        check_output(Path(folder), Path("tables"), "the folder of the tables")


def test_without_a_model_it_says_what_to_run(month, monkeypatch):
    monkeypatch.setattr(study, "SAVED", (Path("models/none.skops"),))
    with pytest.raises(InputError, match=r"none\.skops: not found: run `dvc repro`"):
        month("unmade")
