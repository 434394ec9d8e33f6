"""What was made of a file, side by side, as a page."""
