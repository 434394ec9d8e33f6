"""The ground: what a regulation is, where it is kept, how it is found."""
