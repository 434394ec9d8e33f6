"""Answers made of verbatim sentences: what is enough, which words to quote, how they are put together."""
