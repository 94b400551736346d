"""What a person has set, and the board that comes of it and of the store: no Textual, no drawing."""
