"""`dvc` where paths are not ASCII: `python -m one_click.experiments.dvc_in_utf8 exp run --temp`.

DVC writes its config, and that of an experiment's copy, in ASCII: a cache in `Проект/` would end
each job. Here its writer takes UTF-8, as its reader does. Tried with DVC 3.67.1.
"""

import sys
from typing import Any

from dvc.cli import main
from dvc.repo.experiments.executor.local import ConfigObj

_write = ConfigObj.write


def write(config: Any, *arguments: Any, **options: Any) -> Any:
    """Write a config in UTF-8, whatever its paths."""
    config.default_encoding = config.default_encoding or "utf-8"
    return _write(config, *arguments, **options)


if __name__ == "__main__":
    ConfigObj.write = write
    sys.exit(main(sys.argv[1:]))
