"""`python -m one_click <command>`: the same as `one-click <command>`."""

from one_click.cli import main

main()
