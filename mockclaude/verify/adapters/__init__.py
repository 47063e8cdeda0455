"""Ready adapters: the official Python SDK, plain HTTP by aiohttp, and any program that speaks JSON lines."""
