"""What the calls that were made say about the client that made them."""
