"""The origin of a score leads to its model."""

from helpers.store import pipeline_of

from one_click import artefacts
from one_click.customers.parts import training_rows
from one_click.risk.model.model_files import model_content, model_of
from one_click.risk.model.scoring import scores
from one_click.risk.origins import fold_name, models_by_origin


def test_the_origin_of_a_score_leads_to_its_model(customers):
    features, target = training_rows(customers)
    models = [pipeline_of("tree").fit(features[rows:], target[rows:]) for rows in (0, 20, 40)]
    fold_models, model = (
        model_of(path, model_content(path, fitted))
        for path, fitted in ((artefacts.FOLD_MODELS, models[:2]), (artefacts.MODEL, models[2]))
    )
    found = models_by_origin(fold_models, model)
    assert list(found) == [fold_name(0), fold_name(1), "all_rows"]
    for model, read in zip(models, found.values(), strict=True):
        assert (scores(read, customers) == scores(model, customers)).all()
