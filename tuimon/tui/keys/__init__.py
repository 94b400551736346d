"""The action table, and what is made of it: bindings, the order of what was typed, the README's key list."""
