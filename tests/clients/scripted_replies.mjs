// What the official TypeScript SDK hears of scripted replies: node scripted_replies.mjs BASE_URL < CASES > HEARD
// CASES is a list of {name, beta}; HEARD has the message of each, first whole, then streamed.
// The key parsed_output is the SDK's own; no API sends it.
import Anthropic from "@anthropic-ai/sdk";
import { readFileSync } from "node:fs";

const client = new Anthropic({ baseURL: process.argv[2], apiKey: "sk-ant-mock-default", maxRetries: 0 });
const heard = {};
for (const { name, beta } of JSON.parse(readFileSync(0, "utf8"))) {
  const messages = (beta ? client.beta : client).messages;
  const asked = { model: "claude-opus-5", max_tokens: 100, messages: [{ role: "user", content: name }] };
  heard[name] = [await messages.create(asked), await messages.stream(asked).finalMessage()];
}
console.log(JSON.stringify(heard, (key, value) => (key === "parsed_output" ? undefined : value)));
