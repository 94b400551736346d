"""Boards to finished lines of a given size: pure functions that the drawing thread calls."""
