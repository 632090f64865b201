"""The figures that a reader of experiments asks for first, in the order of asking.

Enters: what `evaluate`, `predict` and `offer` measured. Leaves: `metrics/headline.json`, which with
`metrics/chosen.json` of `choose` is all that `dvc exp show` and `dvc metrics` open on.
"""

from one_click import artefacts
from one_click.running import saved, writing
from one_click.running.stage import run_stage


def headline(test: dict, risks: dict, plan: dict) -> dict[str, dict]:
    """How good the risks are, how many customers are at risk, what the plan gains.

    Parameters
    ----------
    test, risks, plan
        Figures of `evaluate`, `predict` and `offer`.
    """
    auc = test["roc_auc"]
    return {
        "test": {
            "roc_auc": auc["value"],
            "roc_auc_low": auc["low"],
            "roc_auc_high": auc["high"],
            "log_loss": test["log_loss"]["value"],
            "brier": test["brier"]["value"],
            "ece": test["ece"]["value"],
        },
        "plan": {
            "at_risk": risks["at_risk"],
            "offers": plan["offers"],
            "cost": plan["cost"],
            "net_gain": plan["expected_net_gain"],
        },
    }


def main() -> None:
    paths = (artefacts.EVALUATE_METRICS, artefacts.PREDICT_METRICS, artefacts.OFFER_METRICS)
    figures = headline(*map(saved.figures, paths))
    writing.write_json(artefacts.HEADLINE_METRICS, figures, in_order=True)


if __name__ == "__main__":
    run_stage(main)
