"""Fix: solve for the least loss, show the plan, apply it safely and prove the result."""
