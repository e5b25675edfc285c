"""What the words mean: frozen data and pure functions, on the standard library only."""
