"""The person's settings, each declared once, and the places where they are kept."""
