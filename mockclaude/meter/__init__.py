"""What it costs: tokens."""
