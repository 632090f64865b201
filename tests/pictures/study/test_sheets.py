"""Every column has its picture."""

from one_click.columns import COLUMNS
from one_click.pictures.study.distributions import SHEETS, numbers_of
from one_click.pictures.study.fishbone import groups


def test_every_number_stands_on_one_sheet_and_every_feature_on_a_bone():
    names = [name for some in SHEETS.values() for name in numbers_of(some)]
    assert sorted(names) == sorted(c.name for c in COLUMNS if c.kind == "number")
    bones = [name for names in groups().values() for name in names]
    assert bones.count("monthly_profit") == 0
    assert sorted(bones) == sorted(c.name for c in COLUMNS if c.feature)
