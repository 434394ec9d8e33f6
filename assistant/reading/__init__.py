"""What is read beside an answer: passages with their surroundings, pages of texts, versions side by side."""
