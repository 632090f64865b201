"""A month: raw tables and a learned study come in, risks, reasons, a plan and its files go out."""
