"""How a stage starts and ends: settings come in; errors, files and cores go by one rule."""
