"""A database's file and a kept wave enter; the four raw tables in CSV, or rows of offers, leave."""
