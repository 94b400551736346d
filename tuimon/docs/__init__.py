"""The pages, in Markdown, shipped with the package and shown by the app."""
