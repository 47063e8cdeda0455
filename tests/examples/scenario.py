from mockclaude import MockClaude

with MockClaude() as mock:
    mock.scenario("tool_loop")
    mock.scenario("""
        stubs:
          - when: {text: refund}
            replies:
              - text: I have to ask somebody else for that.
    """)
    assert len(mock.stubs) == 3
