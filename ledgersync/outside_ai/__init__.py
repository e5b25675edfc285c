"""Asking an outside model, where an administrator has turned that on."""
