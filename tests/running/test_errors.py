"""An error shows no password, whatever it quotes."""

import pytest

from one_click.running.errors import InputError, holds_secret, masked

SECRET = "hunter2"


@pytest.mark.parametrize(
    "text",
    [
        f"git fetch https://me:{SECRET}@host/repo.git: failed",
        f"https://{SECRET}@host/repo.git",
        f"ssh://me:{SECRET}@host:22/x",
        f"s3://key:{SECRET}@bucket/data?x=1",
        f"https://me:p@{SECRET}@host/",
        f"postgresql+psycopg://me:{SECRET}@db/x",
        f"postgresql:/me:{SECRET}@db/x: no such folder",  # as a path has it
        f"postgresql://me:p/{SECRET}@db/x",
        f"https://host/a?token={SECRET}",
        f"https://host/a?X-Amz-Signature={SECRET}&b=2",
        f"run --password={SECRET} now",
        f"AWS_SECRET_ACCESS_KEY: access_key={SECRET}",
        f"url = 'https://host/?api_key={SECRET}'",
    ],
)
def test_what_may_be_a_secret_is_masked_and_known_as_one(text):
    told = str(InputError(text))
    assert SECRET not in told
    assert "***" in told
    assert holds_secret(text)
    assert masked(told) == told


def test_a_query_is_masked_though_it_may_be_none():
    """In an error; a link of a campaign may have one."""
    link = "https://shop.ru/new?from=letter"
    assert masked(f"see {link} there") == "see https://shop.ru/new?*** there"
    assert not holds_secret(link)


@pytest.mark.parametrize(
    "text",
    [
        "params.yaml: scaler: no choice 'x'; choose one of minmax, none",
        "write to me@shop.ru",
        "the tables' folder: /data/tables@2026",
        "Токен=1 is no English name",
        "low, expected, high: rising",
    ],
)
def test_any_other_text_stays(text):
    assert masked(text) == text
