"""Sheets of the workbook: whose rows each holds, in which columns, how wide and of which format."""

from dataclasses import dataclass

from one_click.columns import ID, PROFIT


@dataclass(frozen=True)
class Sheet:
    """The group whose rows it holds; columns that are printed, and those beside the print.

    `reasons`: whether the leading reasons stand beside them.
    """

    name: str
    group: str
    printed: tuple[str, ...]
    beside: tuple[str, ...]
    reasons: bool = False


SHEETS = (
    Sheet(
        "contact", "treatment",
        (ID, "offer", "channel", "why", "trigger_steady", "segment", "risk", "value_at_risk",
         "net_gain", "valid_until"),
        ("group", "wave", "offer_code", "channel_code", "trigger_code", "trigger_agreement",
         "trigger_steady_code", "favourite_category", "favourite_category_code",
         "segment_code", "consent", "consent_code", "rank",
         "risk_low", "risk_high", PROFIT, "cost", "break_even", "net_gain_low", "net_gain_high"),
        reasons=True,
    ),
    Sheet(
        "control", "control",
        (ID, "segment", "risk", PROFIT, "value_at_risk"),
        ("group", "wave", "segment_code", "consent", "consent_code", "risk_low", "risk_high"),
    ),
    Sheet(
        "others", "none",
        (ID, "skip_reason", "segment", "risk", PROFIT, "value_at_risk"),
        ("group", "wave", "skip_reason_code", "segment_code", "consent", "consent_code",
         "risk_low", "risk_high"),
    ),
)  # fmt: skip
REASON = "reason_"  # begins the columns of the leading reasons

FORMATS = {"id": "@", "share": "0.0%", "money": "#,##0.00", "text": "General"}
DATES = {"ru": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
OF_FORMAT = {
    "id": (ID,),
    "share": ("risk", "risk_low", "risk_high", "break_even", "trigger_agreement"),
    "money": (PROFIT, "value_at_risk", "cost", "net_gain_low", "net_gain", "net_gain_high"),
    "date": ("wave_date", "valid_until"),
}
FORMAT_OF = {key: name for name, keys in OF_FORMAT.items() for key in keys}
# Most words of a column on one line: a row is as high as its highest cell, printed or not.
WIDTHS = {ID: 15, "offer": 36, "why": 36, "segment": 30, "skip_reason": 58}
USUAL_WIDTH, CODE_WIDTH, REASON_WIDTH = 12, 22, 60


def width_of(key: str) -> int:
    """Of a column, in characters; longer text is wrapped."""
    if key.startswith(REASON):
        return REASON_WIDTH
    return WIDTHS.get(key, CODE_WIDTH if key.endswith("_code") else USUAL_WIDTH)
