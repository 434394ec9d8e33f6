"""From text to provisions with addresses."""
