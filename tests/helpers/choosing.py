"""Small folds, and the rules of a choice."""

from one_click.settings.risk import Choice, Folds

FOLDS = Folds(splits=3, repeats=2, seed=5)


def choice(
    rule: str = "simplest_indistinguishable", margin: float = 0.01, metric: str = "roc_auc"
) -> Choice:
    return Choice(
        metric=metric,
        rule=rule,
        margin=margin,
        confidence=0.95,
        calibration="venn_abers",
        threshold="max_f1",
    )
