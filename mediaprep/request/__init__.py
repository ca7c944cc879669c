"""Generation requests: read from a file, judged offline, shown as a call, carried out."""
