"""Promises of measuring a wave: what was kept, what came true, what the next campaign assumes."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.crm import kept_files
from helpers.raw_tables import store
from omegaconf import OmegaConf

from one_click import artefacts, cli
from one_click.choices.composing import composed
from one_click.choices.menu import read_menu
from one_click.columns import ID, PROFIT
from one_click.commands import measure, simulate
from one_click.commands.measure import check_free
from one_click.commands.score import Planned
from one_click.offers.control_group import in_holdout
from one_click.offers.kept_wave import read_kept_wave
from one_click.outcomes.campaign_file import campaign_text
from one_click.outcomes.reading import read_log, read_outcome
from one_click.outcomes.summary import measured_figures
from one_click.running.errors import InputError
from one_click.running.lock import typed
from one_click.segments.cuts import SEGMENTS
from one_click.settings.offers import Campaign

ROOT = Path(__file__).parents[2]
CUSTOMERS = 1_500
OUTCOME, LOG = "simulated/outcome.csv", "simulated/sent.csv"
PROMISED = {
    "roc_auc": 0.74,
    "brier": 0.21,
    "log_loss": 0.61,
    "ece": 0.03,
}  # a little below the truth
WRITTEN = {"measure.json", "measure.html", "effects.xlsx", ".gitignore", "campaign"}


def standard(**changes: object) -> Campaign:
    path = ROOT / "conf/campaign/standard.yaml"
    campaign = typed(Planned, {"campaign": OmegaConf.load(path)}, str(path)).campaign
    return replace(campaign, **changes)


def plan_of(campaign: Campaign, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A plan in which three of four customers have or would have an offer, and the truth."""
    draws = np.random.default_rng(seed)
    table = pd.DataFrame({ID: [f"c{number:05}" for number in range(CUSTOMERS)]})
    table["segment"] = draws.choice(SEGMENTS[:2], CUSTOMERS)
    table["risk"] = draws.beta(2, 2, CUSTOMERS).round(3)
    table["risk_low"], table["risk_high"] = table["risk"] * 0.9, table["risk"]
    table[PROFIT] = draws.normal(4, 1, CUSTOMERS).round(2)
    offers = draws.choice(list(campaign.offers), CUSTOMERS).astype(object)
    offers[::4] = None
    held = in_holdout(table[ID], campaign.hold_out)
    table["planned_offer"] = offers
    has_offer = table["planned_offer"].notna() & ~held
    table["offer"] = table["planned_offer"].where(has_offer, None)
    channels = {name: offer.channel for name, offer in campaign.offers.items()}
    table["channel"] = table["offer"].map(channels)
    costs = {name: offer.cost for name, offer in campaign.offers.items()}
    table["cost"] = table["offer"].map(costs).astype(float).fillna(0.0)
    table["group"] = np.select([has_offer, held], ["treatment", "control"], "none")
    table["model_version"], table["data_hash"] = "a" * 12, "b" * 64
    truth = pd.DataFrame({ID: table[ID], "probability": table["risk"]})
    return table, truth


def keep(folder: Path, campaign: Campaign, plan: pd.DataFrame | None = None) -> Path:
    """A kept wave in a folder."""
    folder.mkdir(exist_ok=True)
    plan = plan_of(campaign)[0] if plan is None else plan
    for name, content in kept_files(plan, campaign, PROMISED).items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder with a kept wave, the truth, and an outcome by it."""
    folder = tmp_path_factory.mktemp("kept")
    shutil.copy(ROOT / artefacts.CONF_LOCK, folder)
    campaign = standard()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        keep(Path("wave"), campaign)
        plan_of(campaign)[1].to_parquet("truth.parquet", index=False)
        simulated()
    return folder


@pytest.fixture
def desk(kept, tmp_path, monkeypatch):
    """A copy of it, in which commands are called."""
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command, *words: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["one-click", *words])
        command.main()


def simulated(*words: str, wave: str = "wave", output: str = "simulated") -> Path:
    run(
        simulate, "--wave", wave, "--truth", "truth.parquet", "--output", output,
        "--removed", "personal_call=0.9", *words,
    )  # fmt: skip
    return Path(output)


def measured(*words: str, output: str = "measured") -> dict:
    words = words or (
        "--wave", "wave", "--outcome", "simulated/outcome.csv", "--sent", "simulated/sent.csv",
    )  # fmt: skip
    run(measure, *words, "--output", output)
    return json.loads(Path(output, "measure.json").read_text(encoding="utf-8"))


def refused(*words: str) -> str:
    """The one line of a refusal; nothing is written."""
    before = sorted(Path().rglob("*"))
    with pytest.raises(InputError) as error:
        measured(*words)
    assert sorted(Path().rglob("*")) == before
    (line,) = str(error.value).splitlines()
    return line


def test_a_simulated_wave_is_measured_near_its_truth(desk, capsys):
    simulated("--not-sent", "0.1")
    figures = measured()
    assert {path.name for path in Path("measured").iterdir()} == WRITTEN
    campaign = standard()
    assert {key: figures["campaign"][key] for key in ("ru", "en", "unit")} == {
        "ru": campaign.ru, "en": campaign.en, "unit": None,
    }  # fmt: skip
    assert set(figures["campaign"]["offers"]) == set(campaign.offers)
    assert [check["name"] for check in figures["checks"] if not check["holds"]] == []
    call = figures["effects"]["offer"]["personal_call"]["adjusted"]["removed"]
    assert call["low"] < 0.9 * 0.9 < call["high"]  # a tenth was not sent
    sent = figures["effects"]["sent"]
    assert sent["share"] == pytest.approx(0.9, abs=0.05)
    told = capsys.readouterr().out
    assert "net gain" in told
    assert "prediction out of time: as promised" in told


def test_the_proposal_composes_and_goes_on_from_what_was_learned(desk):
    figures = measured()
    (path,) = Path("measured/campaign").iterdir()
    assert path.name == "learned_2026-12.yaml"
    shutil.copytree(ROOT / artefacts.CONF, artefacts.CONF)
    shutil.copy(path, "conf/campaign")
    menu = read_menu(ROOT / artefacts.MENU) | {"campaign": path.stem}
    campaign = typed(
        Planned, {"campaign": composed(menu, artefacts.CONF).campaign}, "composed"
    ).campaign
    before = standard()
    assert replace(campaign, offers=before.offers) == before
    call, old = campaign.offers["personal_call"], before.offers["personal_call"]
    counts = figures["effects"]["offer"]["personal_call"]
    assert (call.learned.waves, call.learned.offers) == (1, counts["offers"])
    assert call.learned.controls == counts["controls"]
    assert call.effect.expected > old.effect.expected
    assert call.learned.assumed == old.effect
    assert replace(call, effect=old.effect, learned=None) == old
    text = path.read_text(encoding="utf-8")
    assert f"# 1 wave, {counts['offers']} offers, {counts['controls']} controls" in text
    assert text.count("EDIT") == 4


def test_an_offer_that_nobody_got_stays_assumed(desk):
    campaign = standard()
    plan, _ = plan_of(campaign)
    untried = plan["planned_offer"] == "site_banner"
    plan.loc[untried, ["planned_offer", "offer", "channel"]] = None
    plan.loc[untried & (plan["group"] == "treatment"), "group"] = "none"
    keep(Path("wave"), campaign, plan)
    simulated()
    measured()
    lines = Path("measured/campaign/learned_2026-12.yaml").read_text(encoding="utf-8").splitlines()
    at = lines.index("  site_banner:")
    assert lines[at - 1].startswith("  # not tried")
    assert "    effect: {low: 0.0, expected: 0.02, high: 0.04}  # assumed" in lines[at:]
    assert not any(line.startswith("    learned") for line in lines[at:])


def test_two_waves_are_pooled_in_the_order_of_their_dates(desk):
    later = standard(wave="2027-03", wave_date="2027-03-01", valid_until=None)
    keep(Path("later"), later)
    simulated("--seed", "2", wave="later", output="second")
    figures = measured(
        "--wave", "later", "--outcome", "second/outcome.csv", "--outcome-date", "2027-06-01",
        "--wave", "wave", "--outcome", "simulated/outcome.csv", "--sent", "simulated/sent.csv",
    )  # fmt: skip
    assert [wave["wave"] for wave in figures["waves"]] == ["2026-12", "2027-03"]
    assert figures["learned"]["personal_call"]["evidence"]["waves"] == 2
    assert Path("measured/campaign/learned_2027-03.yaml").exists()


def test_waves_together_teach_what_they_teach_one_after_another(desk):
    """The second wave is planned by what the first has shown: that counts once."""
    first = measure.measured({"wave": Path("wave"), "outcome": Path(OUTCOME)})
    figures = measured_figures([first], 0.95)
    text = campaign_text(first.campaign, figures["learned"], figures["judged"], "next")
    learned = typed(Planned, {"campaign": OmegaConf.create(text)}, "next").campaign
    later = replace(learned, wave="2027-03", wave_date="2027-03-01", valid_until=None)
    keep(Path("later"), later)
    simulated("--seed", "2", wave="later", output="second")
    second = measure.measured({"wave": Path("later"), "outcome": Path("second/outcome.csv")})
    alone, together = (measured_figures(w, 0.95)["learned"] for w in ([second], [first, second]))
    for offer in later.offers:
        assert alone[offer]["evidence"] == together[offer]["evidence"]
        assert alone[offer]["evidence"]["waves"] == 2


def test_an_outcome_and_a_log_may_be_written_in_any_dialect(desk):
    wave = read_kept_wave(Path("wave"))
    rows = pd.read_csv(OUTCOME, dtype=str)
    rows.assign(Прибыль="3,5", Менеджер="x").to_csv(
        "dialect.csv", sep=";", index=False, encoding="cp1251"
    )
    log = pd.read_csv(LOG, dtype=str)
    log.assign(status="отправлено").to_csv("log.csv", sep="\t", index=False, encoding="cp1251")
    outcome = read_outcome(Path("dialect.csv"), wave)
    assert (outcome.pop("profit_after") == 3.5).all()
    pd.testing.assert_frame_equal(outcome, read_outcome(Path(OUTCOME), wave))
    for path in ("log.csv", LOG):
        sent, warnings = read_log(Path(path), wave)
        assert (len(sent), sent["sent"].all(), warnings) == (len(log), True, [])


def test_an_outcome_may_be_the_four_tables(desk):
    tables = store(Path("tables"))
    plan = plan_of(standard())[0]
    keep(Path("wave"), standard(), plan[:3].assign(**{ID: ["1001", "1002", "1003"]}))
    outcome = read_outcome(tables, read_kept_wave(Path("wave")))
    labels = outcome.set_index(ID)
    assert len(labels) == 12
    assert labels.loc[["1001", "1002", "1003"], "declined"].tolist() == [0, 1, 0]
    assert labels["profit_after"].tolist() == [float(number) for number in range(1, 13)]


def test_what_a_log_says_beside_the_plan_is_a_warning(desk):
    wave = read_kept_wave(Path("wave"))
    log = pd.read_csv(LOG, dtype=str)
    log.loc[0, "offer"] = "site_banner" if log.loc[0, "offer"] != "site_banner" else "news_letter"
    log.loc[len(log)] = ["stranger", "site_banner", "sent", ""]
    log.to_csv(LOG, index=False)
    sent, (strangers, others) = read_log(Path(LOG), wave)
    assert "stranger" not in set(sent[ID])
    assert strangers.startswith(f"warning: {LOG}: 1 customers are not in the wave")
    assert others.startswith(f"warning: {LOG}: column «offer», row 2: another offer than was plan")


def test_effects_that_a_check_spoils_teach_nothing(desk, capsys):
    plan = plan_of(standard())[0]
    held = plan.loc[(plan["group"] == "control") & plan["planned_offer"].notna(), ID]
    log = pd.concat(
        [pd.read_csv("simulated/sent.csv", dtype=str), pd.DataFrame({"id": held, "status": "sent"})]
    )
    log.to_csv("simulated/sent.csv", index=False)
    figures = measured()
    assert (figures["effects"], figures["learned"], figures["spoilt"]) == (None, None, ["all"])
    assert {path.name for path in Path("measured").iterdir()} == WRITTEN - {"campaign"}
    told = capsys.readouterr().out
    assert "check failed: contamination" in told
    assert "net gain" not in told


def test_a_proposal_that_was_edited_is_not_overwritten(desk):
    path = Path("measured/campaign/learned_2026-12.yaml")
    path.parent.mkdir(parents=True)
    path.write_text("edited", encoding="utf-8")
    check_free(path, "edited")
    assert refused() == (f"{path}: there already; take it away or give another --campaign-name")
    measured(
        "--wave", "wave", "--outcome", "simulated/outcome.csv", "--campaign-name", "spring"
    )  # fmt: skip
    assert path.read_text(encoding="utf-8") == "edited"
    assert Path("measured/campaign/spring.yaml").exists()


def edit(path: str, change) -> None:
    rows = pd.read_csv(path, dtype=str)
    change(rows).to_csv(path, index=False)


@pytest.mark.parametrize(
    ("path", "change", "line"),
    [
        (OUTCOME, lambda rows: rows.assign(id="x" + rows["id"]), "column «id»: none of the 1500"),
        (
            OUTCOME,
            lambda rows: rows.assign(**{rows.columns[1]: "Снизилась"}),
            "fewer than 2 rows of «Прежний уровень»",
        ),
        (
            OUTCOME, lambda rows: pd.concat([rows, rows[:1]]),
            "column «id», row 1502: «c00000» stands more than once; keep one row",
        ),
        (OUTCOME, lambda rows: rows[["id"]], "column «Покупательская активность»: missing"),
        (
            OUTCOME,
            lambda rows: rows.assign(**{rows.columns[1]: ["упала", *rows.iloc[1:, 1]]}),
            "row 2: «упала» is unknown; expected one of Прежний уровень, Снизилась",
        ),
        (
            LOG, lambda rows: rows.assign(offer=["free_car", *rows["offer"][1:]]),
            "column «offer», row 2: «free_car» is unknown; expected one of basket_reminder",
        ),
        (
            LOG, lambda rows: rows.assign(status=["maybe", *rows["status"][1:]]),
            "column «status», row 2: «maybe» is unknown; expected one of sent, failed, отправлено",
        ),
        (
            LOG, lambda rows: rows.assign(date=["2026-11-30", *rows["date"][1:]]),
            "column «date», row 2: «2026-11-30» lies before the wave, 2026-12-01",
        ),
        (
            LOG, lambda rows: rows.assign(date=["1.12.2026", *rows["date"][1:]]),
            "column «date», row 2: «1.12.2026» is no day such as",
        ),
        (LOG, lambda rows: rows.assign(id="x" + rows["id"]), "column «id»: none of the 1500"),
        (LOG, lambda rows: rows.assign(status=None), "column «status», rows 2, 3"),
    ],
)  # fmt: skip
def test_a_fault_of_a_file_is_one_line(path, change, line, desk):
    edit(path, change)
    told = refused()
    assert told.startswith(f"{path}: ")
    assert line in told


def test_ids_whose_zeros_a_spreadsheet_has_cut_are_told(desk):
    campaign = standard()
    plan, truth = plan_of(campaign)
    for table in (plan, truth):
        table[ID] = "00" + table[ID].str.slice(start=1)
    held = in_holdout(plan[ID], campaign.hold_out)
    plan["group"] = np.select(
        [plan["planned_offer"].notna() & ~held, held], ["treatment", "control"], "none"
    )
    plan["offer"] = plan["planned_offer"].where(plan["group"] == "treatment", None)
    keep(Path("wave"), campaign, plan)
    truth.to_parquet("truth.parquet", index=False)
    simulated()
    edit(OUTCOME, lambda rows: rows.assign(id=rows["id"].str.lstrip("0"))[1:])
    assert "a spreadsheet has cut the zeros" in refused()


def test_an_outcome_before_its_wave_is_refused(desk):
    line = refused("--wave", "wave", "--outcome", OUTCOME, "--outcome-date", "2026-12-01")
    assert line.startswith("--outcome-date: 2026-12-01 is no day after the wave, 2026-12-01")


def test_the_tables_that_a_wave_was_planned_from_are_no_outcome(desk):
    edit(OUTCOME, lambda rows: rows.assign(Прибыль=profits(rows["id"])))
    line = refused("--wave", "wave", "--outcome", OUTCOME)
    assert line.startswith(f"{OUTCOME}: column «Прибыль»: of every customer as it was when wave")
    edit(OUTCOME, lambda rows: rows.assign(Прибыль=["9.99", *rows["Прибыль"][1:]]))
    assert len(read_outcome(Path(OUTCOME), read_kept_wave(Path("wave")))) == CUSTOMERS


def profits(ids: pd.Series) -> pd.Series:
    return ids.map(plan_of(standard())[0].set_index(ID)[PROFIT]).astype(str)


def test_a_wave_that_was_edited_is_refused(desk):
    path = Path("wave/campaign.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("60", "61"), encoding="utf-8")
    assert "campaign.yaml" in refused()


def test_waves_of_different_salts_are_not_pooled(desk):
    rules = replace(standard().hold_out, salt="another")
    keep(Path("later"), standard(wave="2027-03", wave_date="2027-03-01", valid_until=None,
                                 hold_out=rules))  # fmt: skip
    simulated(wave="later", output="second")
    line = refused("--wave", "wave", "--outcome", OUTCOME,
                   "--wave", "later", "--outcome", "second/outcome.csv")  # fmt: skip
    assert "hold_out.salt differs" in line


@pytest.mark.parametrize("group", ["treatment", "control"])
def test_a_wave_of_one_group_is_refused(group, desk):
    plan = plan_of(standard())[0]
    keep(Path("wave"), standard(), plan[plan["group"] != group])
    assert "nothing to compare" in refused("--wave", "wave", "--outcome", OUTCOME)


def test_an_output_that_is_read_is_refused(desk):
    with pytest.raises(InputError, match="is the folder of a wave; name another one"):
        measured("--wave", "wave", "--outcome", OUTCOME, output="wave")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--outcome", "a", "--wave", "b"], "--outcome: name its wave first"),
        (["--wave", "a", "--wave", "b", "--outcome", "c"], "--wave a: no --outcome after it"),
        (["--wave", "a", "--outcome", "b", "--outcome", "c"], "--outcome: given twice for wave a"),
        (["--wave", "a", "--outcome", "b", "--confidence", "95"], "invalid confidence value"),
        (["--wave", "a", "--outcome", "b", "--outcome-date", "May"], "invalid day value"),
    ],
)
def test_options_belong_to_the_wave_before_them(words, problem, capsys):
    with pytest.raises(SystemExit):
        measure.command_arguments([*words, "--output", "o"])
    assert problem in capsys.readouterr().err


def test_a_simulation_refuses_what_it_does_not_know(desk):
    with pytest.raises(InputError, match="--removed: free_car: no offer of wave; choose of basket"):
        simulated("--removed", "free_car=0.5", output="other")
    pd.read_parquet("truth.parquet")[1:].to_parquet("truth.parquet", index=False)
    with pytest.raises(InputError, match="1 customers of the wave lack"):
        simulated(output="other")
    assert not Path("other").exists()


def test_a_simulation_is_the_same_again_and_another_by_another_seed(desk):
    files = [
        {path.name: path.read_bytes() for path in simulated(*words, output=name).iterdir()}
        for name, words in (("a", ()), ("b", ()), ("c", ("--seed", "2")))
    ]
    assert files[0] == files[1]
    assert files[0]["outcome.csv"] != files[2]["outcome.csv"]


def test_commands_are_of_the_command_line():
    assert {"measure", "simulate"} <= set(cli.COMMANDS)
