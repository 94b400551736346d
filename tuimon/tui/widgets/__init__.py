"""The parts of screens: they hold finished lines and a size; what draws them is pure and elsewhere."""
