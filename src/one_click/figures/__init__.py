"""Pictures of what `describe` found: figures and frames in, matplotlib figures out.

`one_click.draw` reads, calls and saves. Words stand in `words.yaml`, labels in the column table.
"""
