"""Thin mains, one a DVC stage: `python -m one_click.stages.<stage>` reads, calls, writes."""
