"""Who will buy less, why, and what to offer: the study, its stages and its commands."""

from one_click.running import machine as machine  # before NumPy: it fixes what NumPy starts with
