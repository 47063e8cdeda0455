"""How clients are proven: tests of the kit."""
