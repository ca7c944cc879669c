"""The recipes behind `scripts/fixtures`: a table a kind of file, and the manifest made of them."""
