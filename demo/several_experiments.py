"""Example 2: the same model at three learning rates, two seeds each, and a table of what came of it.

    python demo/several_experiments.py

Leaving the tracker's block ends the run: as failed, with the traceback, where an exception left it.
"""

from __future__ import annotations

from basic_tracking import small_model, train
from standard_library import StandardLibrary
from tuimon import ExperimentAnalyzer, ExperimentTracker

LEARNING_RATES = (1e-3, 1e-2, 3e-2)
SEEDS = (1, 2)


def run_all() -> None:
    library = StandardLibrary()
    for learning_rate in LEARNING_RATES:
        for seed in SEEDS:
            config = small_model(f"lr_{learning_rate:.0e}_seed{seed}", learning_rate, seed)
            with ExperimentTracker(config, tags=["sweep"]) as tracker:
                train(config, tracker, library)
            print(f"{config.experiment_name}: {tracker.path}")


def main() -> None:
    run_all()
    analyzer = ExperimentAnalyzer()
    analyzer.load_all()
    print()
    print(analyzer.get_comparison_table())


if __name__ == "__main__":
    main()
