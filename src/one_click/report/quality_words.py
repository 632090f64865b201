"""How good the prediction is, at a glance."""

GRADES = (("excellent", 0.9), ("good", 0.8), ("fair", 0.7), ("poor", 0.0))
TRUE_RISKS = 2.0  # an ECE of so many times what chance gives is still a risk that comes true


def grade(evaluate: dict) -> str:
    """One of `GRADES`: by the low end of the interval of ROC-AUC on the test rows.

    One lower where the risks do not come true: ECE above `TRUE_RISKS` times the one by chance.

    Parameters
    ----------
    evaluate
        As `metrics/evaluate.json` holds it.
    """
    names = [name for name, _ in GRADES]
    place = next(n for n, (_, least) in enumerate(GRADES) if evaluate["roc_auc"]["low"] >= least)
    calibration = evaluate["ece"]
    if calibration["value"] > TRUE_RISKS * calibration["by_chance"]:
        place = min(place + 1, len(GRADES) - 1)
    return names[place]
