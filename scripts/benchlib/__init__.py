"""The parts of `scripts/bench`: a corpus, the contenders, the clock and the table."""
