"""What scripts/gen writes besides tables: JSON Schemas, from the tables of the code."""
