"""How it is spoken: the only package that touches the network or sleeps."""
