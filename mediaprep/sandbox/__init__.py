"""The providers' asset libraries and an S3 server on loopback, for demos and tests.

An independent reading of the providers' pages: nothing here imports our adapters, so that a page
misread on one side shows up as a disagreement between the two. `docs/sandbox.md` says which page
each behaviour comes from, and which are ours for want of one.
"""
