"""The app's start: charts on the terminal before Textual is loaded, and the way from there to the app."""
