"""Files out: one registry, one file per layout, pre-flight checks before, names after."""
