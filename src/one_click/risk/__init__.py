"""Customers enter; a fitted model, judged honestly, and a risk for each of them leave."""
