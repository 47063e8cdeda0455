from mockclaude.verify.machine import AgentLoopMachine as AgentLoopMachine
