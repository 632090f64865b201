"""Two matrices in one square."""

import pandas as pd
import pytest

from one_click.pictures.study.association import joined_halves


def test_each_half_of_a_square_is_of_its_own_matrix():
    above = pd.DataFrame([[1.0, 0.2], [0.2, 1.0]], index=["a", "b"], columns=["a", "b"])
    both = joined_halves(above, above * 3)
    assert both.loc["a", "b"] == 0.2
    assert both.loc["b", "a"] == pytest.approx(0.6)
