"""Keys and sealed credentials: the only importer of cryptography and keyring."""
