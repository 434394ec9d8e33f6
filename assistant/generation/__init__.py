"""Answers in the words of a language model, let out sentence by sentence as each is grounded; and the model itself."""
