// The official TypeScript SDK as a client that speaks JSON lines: node contract.mjs
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import Anthropic from "@anthropic-ai/sdk";

// What the SDK rejects besides its promises must not end the program.
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const waiting = new Map();

const at = (line) => new Anthropic({ baseURL: line.base_url, apiKey: line.api_key, timeout: 10_000 });

const streamed = async (line) => {
  const deltas = [];
  const stream = at(line).messages.stream(line.request);
  stream.on("text", (delta) => deltas.push(delta));
  return { message: await stream.finalMessage(), deltas };
};

const cancelled = async (line) => {
  const stream = await at(line).messages.create({ ...line.request, stream: true });
  for await (const _ of stream) break;
  return { text: "" };
};

const tool = (line, block) => {
  say({ id: line.id, tool: block.name, input: block.input });
  return new Promise((resolve) => waiting.set(line.id, resolve));
};

const ran = async (line) => {
  const client = at(line);
  const messages = [{ role: "user", content: line.task }];
  for (;;) {
    const message = await client.messages.create({ model: "claude-opus-5", max_tokens: 1000, messages, tools: line.tools });
    messages.push({ role: "assistant", content: message.content });
    if (message.stop_reason === "tool_use") {
      const results = [];
      for (const block of message.content.filter((one) => one.type === "tool_use")) {
        const { result, error } = await tool(line, block);
        results.push({ type: "tool_result", tool_use_id: block.id, content: result ?? error, is_error: result === undefined });
      }
      messages.push({ role: "user", content: results });
    } else if (message.stop_reason !== "pause_turn") {
      return { message };
    }
  }
};

const METHODS = {
  send: async (line) => ({ message: await at(line).messages.create(line.request) }),
  stream: streamed,
  agent: ran,
  cancel: cancelled,
};

const failed = (error) => ({
  kind: error.constructor.name,
  message: error.error?.error?.message ?? error.message,
  status: error.status,
  type: error.type ?? error.error?.error?.type,
  request_id: error.requestID,
  text: String(error),
});

const { version } = JSON.parse(readFileSync("node_modules/@anthropic-ai/sdk/package.json", "utf8"));
say({ client: "@anthropic-ai/sdk", version, methods: Object.keys(METHODS) });
for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text);
  const answer = waiting.get(line.id);
  if (answer) {
    waiting.delete(line.id);
    answer(line);
  } else {
    METHODS[line.method](line).then(
      (outcome) => say({ id: line.id, ...outcome }),
      (error) => say({ id: line.id, error: failed(error) }),
    );
  }
}
