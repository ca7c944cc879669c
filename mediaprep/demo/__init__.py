"""The whole story on bundled files, told by the real commands against the sandbox."""
