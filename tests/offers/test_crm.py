"""The plan as rows for a CRM: stable codes beside words, safe to open, numbers as numbers."""

import io

import pandas as pd
import pytest
from helpers.campaigns import TYPICAL, campaign, customer, frame, one_offer
from helpers.crm import STEADY, facts_of, plan_of
from hypothesis import given
from hypothesis import strategies as st

from one_click.columns import ID
from one_click.offers.crm import KEYS, about, crm_rows
from one_click.offers.spreadsheet import csv_content
from one_click.offers.table import offers_table
from one_click.offers.texts import FORMULA_STARTS, harmless
from one_click.offers.wave import wave_of
from one_click.settings.offers import HoldOut
from one_click.words.speaker import speaker


def rows_of(customers: list[dict], language: str = "en", **terms) -> pd.DataFrame:
    return crm_rows(*plan_of(customers, **terms), STEADY, speaker("report", language))


@given(st.sampled_from(FORMULA_STARTS), st.text())
def test_a_text_like_a_formula_is_made_harmless(start, rest):
    assert harmless(start + rest) == "'" + start + rest


@pytest.mark.parametrize("cell", ["a=b", "", "1-2", -3.5, -7, None])
def test_other_cells_stay_as_they_are(cell):
    assert harmless(cell) == cell


@pytest.mark.parametrize(
    ("language", "why", "segment", "channel", "consent"),
    [
        ("en", "Share of purchases on promotion: 60% (typically 25%)", "At risk", "email", "yes"),
        (
            "ru",
            "Доля покупок по акции: 60\u00a0% (обычно 25\u00a0%)",
            "В зоне",
            "эл. почта",
            "да",
        ),
    ],
)
def test_codes_stand_beside_the_words_of_the_language(language, why, segment, channel, consent):
    offers = {"sale": one_offer(promo_share="high")}
    row = rows_of([customer()], language, offers=offers).iloc[0]
    codes = ["offer_code", "channel_code", "trigger_code", "segment_code", "consent_code", "group"]
    assert row[codes].tolist() == ["sale", "email", "promo_share", "at_risk", "yes", "treatment"]
    assert row["why"] == row["reason_1"] == why
    assert row["segment"].startswith(segment)
    assert (row["channel"], row["consent"]) == (channel, consent)
    assert row[["wave", "wave_date", "valid_until"]].tolist() == [
        "2026-12", "2026-12-01", "2026-12-31",
    ]  # fmt: skip


def test_the_columns_are_stable_and_the_reasons_come_last():
    assert list(rows_of([customer()])) == [*KEYS, "reason_1", "reason_2"]
    assert "model_version" not in KEYS  # said once, not in each row
    assert "data_hash" not in KEYS


def test_why_is_the_trigger_that_made_the_offer_not_the_leading_reason():
    """The call is for premium; the leading reason is the promo share, no trigger of the call."""
    row = rows_of(
        [customer(service_type="premium")], offers={"call": one_offer(service_type="premium")}
    ).iloc[0]
    assert row["trigger_code"] == "service_type"
    assert row["why"] == "Service type: premium"
    assert row["reason_1"].startswith("Share of purchases on promotion")


def test_an_offer_for_anybody_says_so():
    row = rows_of([customer()]).iloc[0]
    assert pd.isna(row["trigger_code"])
    assert row["why"] == speaker("report", "en").say("trigger.anybody")


def test_who_gets_none_has_a_reason_and_no_offer():
    rows = rows_of([customer(segment="steady"), customer(contact_allowed=None)])
    assert set(rows["skip_reason_code"]) == {"no_consent", "segment"}
    assert rows["skip_reason"].notna().all()
    assert rows[["offer", "why", "valid_until", "trigger_steady"]].isna().all(axis=None)
    assert set(rows["consent_code"]) == {"yes", "unknown"}


def test_an_unsteady_trigger_and_an_unsteady_reason_say_so():
    offers, wave = plan_of([customer(), customer()], offers={"sale": one_offer(promo_share="high")})
    offers["trigger_agreement"] = offers["agreement_1"] = [1.0, 0.5]
    rows = crm_rows(offers, wave, STEADY, speaker("report", "en"))
    assert rows["trigger_steady_code"].tolist() == ["yes", "no"]
    assert rows["trigger_steady"].tolist() == ["yes", "no"]
    assert rows["trigger_agreement"].tolist() == [1.0, 0.5]
    assert "unsteady" not in rows["reason_1"].iloc[0]
    assert rows["reason_1"].iloc[1].endswith(", unsteady: 50% of models agree")


def test_the_control_group_gets_nothing_and_is_told_apart():
    everybody = HoldOut(0.999, "salt", 0.05, 0.8)
    rows = rows_of([customer()] * 20, hold_out=everybody)
    control = rows[rows["group"] == "control"]
    assert len(control) > 0
    assert control["offer_code"].isna().all()
    assert (control["skip_reason_code"] == "holdout").all()


def test_the_csv_opens_in_a_spreadsheet_and_reads_back():
    plan = campaign({"sale": one_offer()})
    plan.offers["sale"].en = "=A sale"
    wave = wave_of(frame([customer()]).assign(**{ID: ["=1+1"]}), plan, TYPICAL)
    offers = offers_table(wave, wave.plan(plan.budget), "m", "h")
    content = csv_content(crm_rows(offers, wave, STEADY, speaker("report", "en")))
    assert content.startswith(b"\xef\xbb\xbf" + b"customer_id,group,")
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    assert read[ID].tolist() == ["'=1+1"]
    assert read["offer"].tolist() == ["'=A sale"]
    assert read["net_gain"].tolist() == [0.3]
    assert read["net_gain_low"].dtype == float


def test_a_loss_stays_a_number():
    """A number below zero begins like a formula, too."""
    rows = rows_of([customer()]).assign(net_gain_low=[-0.25])
    assert ",-0.25," in csv_content(rows).decode("utf-8-sig")


def test_what_is_said_once_counts_the_groups_and_names_the_unit():
    offers, wave = plan_of([customer(), customer(segment="steady")], unit="тыс. ₽")
    facts = about(*facts_of(offers), wave.campaign, "en")
    assert (facts["treatment"], facts["control"], facts["none"]) == (1, 0, 1)
    assert facts["unit"] == "тыс. ₽"
    dangerous, wave = plan_of([customer()], en="=cmd")
    assert about(*facts_of(dangerous), wave.campaign, "en")["campaign"] == "'=cmd"
    assert (facts["campaign"], facts["model_version"], facts["data_hash"]) == (
        "a campaign", "model", "hash",
    )  # fmt: skip
