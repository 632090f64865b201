"""What the sheets of distributions show."""

import numpy as np
import pandas as pd

from one_click.pictures.study.distributions import edges_of, normal_quantiles


def test_bins_of_whole_numbers_stand_around_them():
    assert edges_of(pd.Series([1.0, 2, 4])).tolist() == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert len(edges_of(pd.Series([0.1, 0.5, 0.9]))) == 25


def test_quantiles_of_a_normal_sample_lie_on_the_line():
    normal, observed = normal_quantiles(np.random.default_rng(0).normal(5, 3, 20_000))
    assert len(normal) == 200
    np.testing.assert_allclose(normal[10:-10], observed[10:-10], atol=0.1)
