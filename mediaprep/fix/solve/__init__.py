"""Solve for the change of least loss that meets all limits at once; whole numbers and fractions."""
