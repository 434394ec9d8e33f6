"""One page of the front each."""
