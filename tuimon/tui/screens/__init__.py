"""The screens: dashboard, comparison, one run, help, and the lists to pick from."""
