"""What the sweep uses of Hydra that Hydra does not promise to keep: all of it is here.

Tried on hydra-core 1.3.8; a test says so when another version is installed. DVC's `-S` stands on
two of them, too (`dvc.utils.hydra`).
"""

from argparse import ArgumentParser

from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.utils import get_args_parser
from hydra.core.config_loader import ConfigLoader
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.types import RunMode
from omegaconf import DictConfig

TRIED = "1.3.8"  # of hydra-core


def flags_parser() -> ArgumentParser:
    """Hydra's own flags, as `hydra.main` reads them."""
    return get_args_parser()


def parsed_overrides(arguments: list[str], loader: ConfigLoader | None = None) -> list[Override]:
    """Overrides of Hydra's grammar; `glob(*)` needs the loader, which knows the groups."""
    return OverridesParser.create(config_loader=loader).parse_overrides(arguments)


def apply_overrides(arguments: list[str], config: DictConfig) -> None:
    """Apply overrides to a config in place, where it says which keys there are."""
    ConfigLoaderImpl._apply_overrides_to_config(parsed_overrides(arguments), config)


def composed_settings(name: str, arguments: list[str], many: bool) -> DictConfig:
    """A primary config with Hydra's own section, where `initialize` has been called.

    `hydra.compose` does the same for a single job alone.
    """
    mode = RunMode.MULTIRUN if many else RunMode.RUN
    application = GlobalHydra.instance().hydra
    assert application is not None
    return application.compose_config(name, arguments, mode)
