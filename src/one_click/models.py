"""Model files: `.skops`, the same bytes for the same model, read against a fixed list of types.

skops names arrays by memory addresses and stamps the zip with the time; NumPy keeps whatever
stood in the padding of a structured array. The writer here renumbers, fixes dates, zeroes padding.
It compresses by bzip2, to a sixth: a hundred experiments are kept. Zlib is faster, but its bytes
differ by its version; bzip2's are settled.
"""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import skops.io

from one_click.files import replacing
from one_click.stage import InputError

NEW = "all_rows"  # origin of a score by the model for new customers
ZIP_DATE = (1980, 1, 1, 0, 0, 0)

TRUSTED = (
    "catboost.core.CatBoostClassifier",
    "collections.OrderedDict",
    "imblearn.base.FunctionSampler",
    "imblearn.combine._smote_enn.SMOTEENN",
    "imblearn.combine._smote_tomek.SMOTETomek",
    "imblearn.over_sampling._adasyn.ADASYN",
    "imblearn.over_sampling._random_over_sampler.RandomOverSampler",
    "imblearn.over_sampling._smote.base.SMOTE",
    "imblearn.over_sampling._smote.base.SMOTEN",
    "imblearn.over_sampling._smote.base.SMOTENC",
    "imblearn.over_sampling._smote.cluster.KMeansSMOTE",
    "imblearn.over_sampling._smote.filter.BorderlineSMOTE",
    "imblearn.over_sampling._smote.filter.SVMSMOTE",
    "imblearn.pipeline.Pipeline",
    "imblearn.under_sampling._prototype_generation._cluster_centroids.ClusterCentroids",
    "imblearn.under_sampling._prototype_selection._condensed_nearest_neighbour.CondensedNearestNeighbour",
    "imblearn.under_sampling._prototype_selection._edited_nearest_neighbours.AllKNN",
    "imblearn.under_sampling._prototype_selection._edited_nearest_neighbours.EditedNearestNeighbours",
    "imblearn.under_sampling._prototype_selection._edited_nearest_neighbours.RepeatedEditedNearestNeighbours",
    "imblearn.under_sampling._prototype_selection._instance_hardness_threshold.InstanceHardnessThreshold",
    "imblearn.under_sampling._prototype_selection._nearmiss.NearMiss",
    "imblearn.under_sampling._prototype_selection._neighbourhood_cleaning_rule.NeighbourhoodCleaningRule",
    "imblearn.under_sampling._prototype_selection._one_sided_selection.OneSidedSelection",
    "imblearn.under_sampling._prototype_selection._random_under_sampler.RandomUnderSampler",
    "imblearn.under_sampling._prototype_selection._tomek_links.TomekLinks",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "numpy.dtype",
    "one_click.ensemble.LogOddsBlend",
    "one_click.features.CustomerFeatures",
    "one_click.selection.ByAnova",
    "one_click.selection.ByChiSquare",
    "one_click.selection.ByMutualInformation",
    "one_click.selection.WithoutPhikPairs",
    "scipy._lib.array_api_compat.numpy._aliases.asarray",
    "scipy.interpolate._bsplines.BSpline",
    "scipy.sparse._csr.csr_matrix",
    "sklearn.compose._column_transformer._RemainderColsList",
    "sklearn.compose._column_transformer.make_column_selector",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
    "sklearn.gaussian_process.kernels.ConstantKernel",
    "sklearn.gaussian_process.kernels.DotProduct",
    "sklearn.gaussian_process.kernels.Matern",
    "sklearn.gaussian_process.kernels.Product",
    "sklearn.gaussian_process.kernels.RBF",
    "sklearn.gaussian_process.kernels.RationalQuadratic",
    "sklearn.gaussian_process.kernels.Sum",
    "sklearn.gaussian_process.kernels.WhiteKernel",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.metrics._dist_metrics.ManhattanDistance64",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
)


def _renumber(node: Any, numbers: dict[int, int]) -> Any:
    """Replace memory addresses by the order in which they are met."""
    if isinstance(node, dict):
        return {
            key: numbers.setdefault(value, len(numbers))
            if key == "__id__"
            else _renumber(value, numbers)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_renumber(item, numbers) for item in node]
    return node


def _file_names(node: Any, names: dict[str, str]) -> Any:
    """Replace the names of array files, in the order in which they are met."""
    if isinstance(node, dict):
        return {
            key: names.setdefault(value, f"{len(names):04d}{Path(value).suffix}")
            if key == "file" and isinstance(value, str)
            else _file_names(value, names)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_file_names(item, names) for item in node]
    return node


def _without_padding(content: bytes) -> bytes:
    """The same `.npy` with the padding of a structured array zeroed."""
    array = np.load(io.BytesIO(content), allow_pickle=False)
    if array.dtype.names is None:
        return content
    clean = np.zeros(array.shape, array.dtype)
    for name in array.dtype.names:
        clean[name] = array[name]
    buffer = io.BytesIO()
    np.save(buffer, clean, allow_pickle=False)
    return buffer.getvalue()


def normalised(content: bytes) -> bytes:
    """A `.skops` file's content, the same bytes for the same model."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        schema = json.loads(source.read("schema.json"))
        names: dict[str, str] = {}
        schema = _file_names(_renumber(schema, {}), names)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as target:
            for old, new in names.items():
                data = source.read(old)
                data = _without_padding(data) if new.endswith(".npy") else data
                target.writestr(_entry(new), data, compresslevel=1)
            content = json.dumps(schema, sort_keys=True)
            target.writestr(_entry("schema.json"), content, compresslevel=1)
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, ZIP_DATE)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_BZIP2
    return entry


def _unstamped(model: Any) -> None:
    """Clear the date and the random id that CatBoost stamps a fitted model with."""
    if isinstance(model, list | tuple):
        for part in model:
            _unstamped(part)
    elif type(model).__module__.startswith("catboost.") and model.is_fitted():
        model.get_metadata()["model_guid"] = model.get_metadata()["train_finish_time"] = ""
    elif type(model).__module__.startswith(("imblearn.", "one_click.", "sklearn.")):
        _unstamped(list(getattr(model, "__dict__", {}).values()))


def save_model(path: Path, model: Any) -> None:
    """Write a model, or a list of models.

    Raises
    ------
    InputError
        Where `load_model` would refuse it.
    """
    _unstamped(model)
    content = normalised(skops.io.dumps(model))
    if unknown := set(skops.io.get_untrusted_types(data=content)) - set(TRUSTED):
        raise InputError(
            f"{path}: {', '.join(sorted(unknown))} cannot be kept in a model file: "
            "choose another class in conf/"
        )
    with replacing(path) as beside:
        beside.write_bytes(content)


def load_model(path: Path) -> Any:
    """Read what `save_model` wrote; a type outside `TRUSTED` and skops' own list is refused.

    Raises
    ------
    InputError
        Where the file holds another type, or is no model file.
    """
    try:
        return skops.io.load(path, trusted=list(TRUSTED))
    except (
        AttributeError,
        EOFError,
        LookupError,
        TypeError,
        ValueError,
        zipfile.BadZipFile,
    ) as error:
        problem = " ".join(str(error).split())
        raise InputError(f"{path}: {problem}: run `dvc repro` to write it anew") from None


def fold_name(fold: int) -> str:
    """Origin of a score by the model of a fold, which has not seen the customer."""
    return f"fold_{fold}"


def models_by_origin(fold_models: Path, model: Path) -> dict[str, Any]:
    """Every fitted pipeline that a customer's score may come from, by `origin` of the risks."""
    by_fold = {fold_name(fold): fitted for fold, fitted in enumerate(load_model(fold_models))}
    return by_fold | {NEW: load_model(model)}
