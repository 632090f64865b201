"""A model and customers enter; what each column adds to each score leaves."""
