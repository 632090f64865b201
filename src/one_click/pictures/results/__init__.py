"""What `explain`, `segment` and `offer` find enters; the report's pictures leave."""
