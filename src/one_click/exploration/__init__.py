"""What the training rows show: summaries, tests, associations, months, categories, findings.

Pure functions: frames in, figures out. `one_click.describe` reads, calls and writes.
"""
