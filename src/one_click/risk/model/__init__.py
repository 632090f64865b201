"""The spec of a candidate enters; a pipeline, fitted, scored and kept in a file, leaves."""
