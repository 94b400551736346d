"""Example 3: ask the logs which configuration was best, how sure that is, and how fast it got there.

    python demo/analysis_and_comparison.py

Reads what several_experiments.py has logged, and runs that first where there is nothing yet.
"""

from __future__ import annotations

from pathlib import Path

import several_experiments
from tuimon import ExperimentAnalyzer


def main() -> None:
    analyzer = ExperimentAnalyzer()
    if not analyzer.log_dir.exists():
        several_experiments.run_all()
    analyzer.load_all()

    best = analyzer.get_best_experiment("val_loss")
    if best is None:
        print(f"{analyzer.log_dir}: no run has a val_loss; run demo/several_experiments.py first")
        return
    best_name, best_loss = best
    print(f"Best: {best_name} ({best_loss:.6f})\n")
    analyzer.print_summary(best_name)

    print("\nOver seeds:")
    for group in analyzer.get_groups("val_loss"):
        if group.mean is not None:
            spread = "" if group.std is None else f" ± {group.std:.4f}"
            print(f"  {group.label:<12} {group.mean:.4f}{spread}  (n = {group.n})")

    iterations, train_losses, _ = analyzer.get_loss_trajectories(best_name)
    middle = iterations[len(iterations) // 2]
    print(f"\n{best_name}: train_loss {train_losses[0]:.4f} at first, {train_losses[-1]:.4f} at last")
    print(f"  val_loss at iteration {middle}: {analyzer.value_at(best_name, 'val_loss', middle):.4f}")
    print(f"  perplexity at best: {analyzer.get_best_experiment('val_perplexity')}")
    for name in analyzer.logs:
        seconds = analyzer.time_to(name, "train_loss", 3.0)
        print(f"  {name:<16} train_loss 3.0 {'never' if seconds is None else f'after {seconds:.2f} s'}")

    print(f"\n{analyzer.compare(*list(analyzer.logs)[:3], baseline=best_name, x='iteration')}")
    print(f"\nwritten: {analyzer.export_csv(best_name, Path('best_experiment.csv'))}")


if __name__ == "__main__":
    main()
