"""FLAML or AutoGluon over the folds of `measure-procedure`, in an environment of their own.

    python -m venv .automl && .automl/bin/pip install 'flaml[automl]'    # or autogluon.tabular
    .automl/bin/python benchmarks/automl.py flaml --folds RESULT.csv --rows ROWS.csv \
        --seconds 60 --output FILE.csv

Their pins clash with this project's, so this script imports nothing of it. RESULT.csv is any output
of `measure-procedure`: its customers and folds are taken. ROWS.csv has `customer_id`, `declined`
and the columns as they are; `python benchmarks/rows.py --tables FOLDER --output ROWS.csv` writes it
(customers' rows: keep it out of the repository). `peers.py --also FLAML=FILE.csv` shows the result.
"""

import argparse
import time

import pandas as pd

ID, TARGET = "customer_id", "declined"
RESULT = [ID, "repeat", "fold", TARGET, "score", "risk", "risk_low", "risk_high"]


def flaml_risk(train: pd.DataFrame, outcome: pd.Series, test: pd.DataFrame, seconds: int):
    """FLAML's probability of a decline, tuned for log-loss within the seconds."""
    from flaml import AutoML

    found = AutoML()
    found.fit(
        train, outcome, task="classification", metric="log_loss", time_budget=seconds,
        eval_method="cv", n_splits=5, seed=0, verbose=0, ensemble=True,
    )  # fmt: skip
    return found.predict_proba(test)[:, 1]


def autogluon_risk(train: pd.DataFrame, outcome: pd.Series, test: pd.DataFrame, seconds: int):
    """AutoGluon's probability of a decline, best quality, within the seconds."""
    import tempfile

    from autogluon.tabular import TabularPredictor

    with tempfile.TemporaryDirectory() as folder:
        found = TabularPredictor(TARGET, path=folder, eval_metric="log_loss", verbosity=0)
        found.fit(train.assign(**{TARGET: outcome}), presets="best_quality", time_limit=seconds)
        return found.predict_proba(test)[1].to_numpy()


LIBRARIES = {"flaml": flaml_risk, "autogluon": autogluon_risk}


def main() -> None:
    """Run the folds one after the other; print seconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", choices=LIBRARIES)
    parser.add_argument("--folds", required=True)
    parser.add_argument("--rows", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--seconds", type=int, default=60, help="a fold")
    parser.add_argument("--repeats", type=int, default=1)
    arguments = parser.parse_args()
    folds = pd.read_csv(arguments.folds, usecols=[ID, "repeat", "fold"], dtype={ID: str})
    rows = pd.read_csv(arguments.rows, dtype={ID: str}).set_index(ID)
    for name in rows.select_dtypes(["object", "string", "bool"]):
        rows[name] = rows[name].astype(str).astype("category")
    features = rows.drop(columns=TARGET)
    parts, seconds = [], []
    for (repeat, fold), tested in folds.groupby(["repeat", "fold"]):
        if repeat >= arguments.repeats:
            break
        started = time.perf_counter()
        train = folds.loc[(folds["repeat"] == repeat) & (folds["fold"] != fold), ID]
        risk = LIBRARIES[arguments.library](
            features.loc[train], rows.loc[train, TARGET], features.loc[tested[ID]],
            arguments.seconds,
        )  # fmt: skip
        part = tested.assign(**{TARGET: rows.loc[tested[ID], TARGET].to_numpy(), "score": risk})
        part = part.assign(risk=risk, risk_low=risk, risk_high=risk)
        parts.append(part[RESULT])
        seconds.append([repeat, fold, time.perf_counter() - started])
        print(f"repeat {repeat}, fold {fold}: {seconds[-1][-1]:.0f} s", flush=True)
        pd.concat(parts).to_csv(arguments.output, index=False)
        took = pd.DataFrame(seconds, columns=["repeat", "fold", "seconds"])
        took.to_csv(f"{arguments.output}.seconds.csv", index=False)


if __name__ == "__main__":
    main()
