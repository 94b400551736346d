"""Inside the training process: the tracker, its writer, the environment it runs in, init/log/finish.

Imports `tuimon.records` alone; numpy, rich, textual, plotext, watchdog and click stay out."""
