"""One page that asks nothing of the network."""

import base64
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from helpers.page import Tags, data_of
from helpers.report_inputs import (
    CAMPAIGN,
    PICTURE,
    offers_of,
    page_of,
)

from one_click import artefacts
from one_click.columns import ID
from one_click.report import content as report
from one_click.report.page import hash_of

LANGUAGES = ("ru", "en")
BESIDE = {artefacts.OFFERS_CSV.name, artefacts.OFFERS_XLSX.name}  # files in the page's folder
PICTURES = (*report.MODEL_PICTURES, *report.STUDY_PICTURES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_request_leaves_the_page(language):
    text = page_of(language)
    tags = Tags(text).tags
    policy = next(a["content"] for tag, a in tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"https?:|//|url\(|@import", re.sub(r'"data:[^"]*"', "", text))
    for tag, attributes in tags:
        assert tag not in ("iframe", "object", "form", "base")
        assert not {"style", "srcset", "action", "ping"} & set(attributes)
        for name in ("src", "href"):
            where = attributes.get(name, "#")
            assert where.startswith(("#", "data:")) or where in BESIDE


def test_the_policy_names_the_hashes_of_the_style_sheet_and_the_script():
    text = page_of()
    css = text.partition("<style>")[2].partition("</style>")[0]
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert f"style-src '{hash_of(css)}'; script-src '{hash_of(script)}'" in text


def test_pictures_stand_in_the_page_with_words_for_who_cannot_see_them():
    pictures = [a for tag, a in Tags(page_of()).tags if tag == "img"]
    assert len(pictures) == len(PICTURES)
    for attributes in pictures:
        assert base64.b64decode(attributes["src"].partition(",")[2]) == PICTURE
        assert attributes["alt"]


def test_headings_descend_a_level_at_a_time_and_links_meet_their_sections():
    tags = Tags(page_of()).tags
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    named = [a["aria-labelledby"] for _, a in tags if "aria-labelledby" in a]
    linked = [a["href"][1:] for tag, a in tags if tag == "a" and a["href"] not in BESIDE]
    assert {*named, *linked} <= set(ids)


def test_markup_in_a_customer_or_an_offer_is_shown_as_text():
    wicked = "<script>alert(1)</script>\"'"
    campaign = replace(
        CAMPAIGN, offers=CAMPAIGN.offers | {"basket": replace(CAMPAIGN.offers["basket"], en=wicked)}
    )
    offers = offers_of(3)
    offers.loc[0, ID] = wicked
    text = page_of(offers=offers, campaign=campaign)
    assert "<script>alert" not in text
    # The id, what to do, the terms and their effects, an offer a row.
    assert Tags(text).words.count(wicked) == 1 + 1 + 2 + 3
    assert data_of(text)["rows"][0]["id"] == data_of(text)["offers"][0]["label"] == wicked
