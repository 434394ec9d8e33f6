"""PDF: words and lines from their places on the page."""
