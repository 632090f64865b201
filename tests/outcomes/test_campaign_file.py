"""Promises of the proposed campaign: it is the campaign that it says, whatever stands in it."""

from dataclasses import asdict, replace

import pytest
from helpers.campaigns import CAMPAIGNS
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from one_click.offers.kept_wave import Planned
from one_click.outcomes.campaign_file import campaign_text, proposal_name, remarks, source
from one_click.running.errors import InputError
from one_click.running.lock import typed
from one_click.settings.offers import Campaign, Effect

NEVER = "too little tried: no number of customers would tell such an effect from none"
NOT_TRIED = "not tried in what was measured now: nobody got it, or nobody was left without it"
UNTRIED = {"verdict": "not_tried", "settled": False}
ASSUMED = {"evidence": None}
LINES = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20
).filter(lambda text: "${" not in text and text != "???")


def read(text: str) -> Campaign:
    """The campaign that a file of this text holds."""
    return typed(Planned, {"campaign": OmegaConf.create(text)}, "text").campaign


@settings(max_examples=60, deadline=None)
@given(campaign=CAMPAIGNS, line=LINES)
def test_what_nothing_was_learned_of_is_the_same_campaign(campaign, line):
    offers = {f"{name}": replace(offer, en=line) for name, offer in campaign.offers.items()}
    campaign = replace(campaign, ru=line, wave=line, unit=line, offers=offers)
    text = campaign_text(
        campaign, dict.fromkeys(offers, ASSUMED), dict.fromkeys(offers, UNTRIED), "next"
    )
    assert read(text) == campaign


@pytest.mark.parametrize("word", ["yes", "null", "1e3", "~", "2026-12", "a: b #c", '"', "'", "{x}"])
@settings(max_examples=1, deadline=None)
@given(campaign=CAMPAIGNS)
def test_a_word_that_yaml_reads_otherwise_is_quoted(word, campaign):
    campaign = replace(campaign, wave=word, offers={word: next(iter(campaign.offers.values()))})
    text = campaign_text(campaign, {word: ASSUMED}, {word: UNTRIED}, "next")
    assert read(text) == campaign


@settings(max_examples=5, deadline=None)
@given(campaign=CAMPAIGNS)
def test_what_was_learned_stands_beside_its_effect_with_its_source(campaign):
    name = next(iter(campaign.offers))
    evidence = {
        "waves": 3,
        "offers": 214,
        "offers_declined": 150,
        "controls": 61,
        "controls_declined": 50,
        "assumed": {"low": 0.0, "expected": 0.1, "high": 0.25},
    }
    effect = {"low": 0.08, "expected": 0.1161, "high": 0.15}
    learned = dict.fromkeys(campaign.offers, ASSUMED)
    learned[name] = {"evidence": evidence, "effect": effect, "weight": 0.25, "contradicts": True}
    text = campaign_text(campaign, learned, dict.fromkeys(campaign.offers, UNTRIED), "next")
    offers = read(text).offers
    assert offers[name].effect == Effect(**effect)
    assert asdict(offers[name].learned) == evidence
    assert "# 3 waves, 214 offers, 61 controls; they weigh 25%, the rest is assumed" in text
    assert "# the waves contradict what was assumed of it" in text
    others = [other for other in campaign.offers if other != name]
    assert all(offers[other] == campaign.offers[other] for other in others)
    assert text.count("# assumed") == len(others)


def test_a_source_counts_one_as_one():
    assert source({"waves": 1, "offers": 1, "controls": 2}) == "1 wave, 1 offer, 2 controls"


@pytest.mark.parametrize(
    ("judged", "lines"),
    [
        ({"verdict": "pays", "settled": True, "pays": 0.97, "break_even": 0.02}, []),
        (
            {"verdict": "does_not_pay", "settled": False, "pays": 0.12, "break_even": 0.083,
             "more": {"offers": 160, "controls": 40}},
            [
                "does not pay: 12% likely to remove the 8.3% of the risk that it costs",
                "too little tried: 160 more offers and 40 more controls would tell such an effect "
                "from none",
            ],
        ),
        ({"verdict": "pays", "settled": False, "more": None}, [NEVER]),
        (UNTRIED, [NOT_TRIED]),
    ],
)  # fmt: skip
def test_what_a_person_should_know_of_an_offer_is_remarked(judged, lines):
    assert remarks(judged) == lines


def test_a_proposal_is_named_by_its_wave_or_as_asked():
    assert proposal_name(None, "2026-12") == "learned_2026-12"
    assert proposal_name(None, "декабрь/2026") == "learned__2026"
    assert proposal_name("spring", "2026-12") == "spring"


@pytest.mark.parametrize("name", ["", "../x", "a b", "весна", "1st", "a.yaml", "x" * 65])
def test_a_name_that_no_choice_can_have_is_refused(name):
    with pytest.raises(InputError, match=r"--campaign-name: .*begin with a Latin letter"):
        proposal_name(name, "2026-12")
