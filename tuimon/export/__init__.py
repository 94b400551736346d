"""Answers carried elsewhere: CSV, JSON, Markdown, journal, SVG."""
