"""The terminal app: action table, view state, screens, widgets; the only room that knows Textual."""
