"""tuimon: htop for training runs."""
