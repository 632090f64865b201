"""Four raw tables enter; one row a customer, or a line a fault, leaves."""
