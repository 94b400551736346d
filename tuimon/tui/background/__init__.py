"""What goes on beside the event loop: drawing, news of the store, health, passing time, records read."""
