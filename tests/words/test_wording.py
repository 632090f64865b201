"""Findings, reasons and triggers in the words of either language."""

import pytest
from helpers.page import messages
from helpers.report_inputs import (
    FINDING,
)

from one_click.words.speaker import Speaker, speaker
from one_click.words.wording import finding_figures, reason_words, trigger_words


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (("unpaid_items", "high"), "Unpaid items, three months: higher than usual"),
        (("pages_per_visit", "low"), "Pages per visit: lower than usual"),
        (("service_type", "premium"), "Service type: premium"),
    ],
)
def test_a_trigger_in_words(trigger, words):
    assert trigger_words(*trigger, speaker("report", "en")) == words


def test_a_p_is_written_out_where_it_is_not_tiny():
    assert "p\u00a0=\u00a00.012" in finding_figures(
        FINDING | {"p": 0.012}, Speaker("en", messages())
    )


@pytest.mark.parametrize(
    ("name", "value", "typical", "ru"),
    [
        ("pages_per_visit", 3.0, 9.0, "Страницы за визит: 3 (обычно 9)"),
        ("contacts_six_months", 2.45, 4.6, "Контакты в месяц за полгода: 2,5 (обычно 4,6)"),
        ("promo_share", 0.97, 0.2, "Доля покупок по акции: 97\u00a0% (обычно 20\u00a0%)"),
        ("service_type", "premium", "standard", "Тип сервиса: премиум (обычно стандарт)"),
        ("contact_allowed", True, "no", "Согласие на сообщения: да (обычно нет)"),
        ("tenure_days", float("nan"), 600, "Дни с регистрации: нет данных (обычно 600)"),
    ],
)
def test_a_reason_is_told_with_the_value_and_the_typical_one(name, value, typical, ru):
    assert reason_words(name, value, typical, Speaker("ru", messages())) == ru
