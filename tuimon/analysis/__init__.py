"""Questions asked of runs: smoothing, reduction, alignment, statistics, comparison, filters."""
