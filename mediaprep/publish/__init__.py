"""Files to asset URIs: store, presign, look, register, poll, remember."""
