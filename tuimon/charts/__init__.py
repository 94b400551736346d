"""Numbers to rich text of a given size; the only room that knows plotext, in one module."""
