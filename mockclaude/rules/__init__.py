"""What is allowed: one block per rule."""
