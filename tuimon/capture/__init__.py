"""Between a script's printed output and the log: lines, what they say, and the process that holds the output.

Imports the tracker and the records; numpy, rich, textual, plotext, watchdog and click stay out."""
