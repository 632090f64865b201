"""The training rows enter; summaries, tests, associations and findings, in figures, leave."""
