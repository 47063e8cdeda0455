// What a program with the official TypeScript SDK does, told as JSON: node conversation.mjs BASE_URL
import Anthropic from "@anthropic-ai/sdk";

const url = process.argv[2];
const client = new Anthropic({ baseURL: url, apiKey: "sk-ant-mock-ts", maxRetries: 0 });
const stranger = new Anthropic({ baseURL: url, apiKey: "sk-ant-invalid-key", maxRetries: 0 });
const MODEL = "claude-sonnet-4-5";
const HELLO = [{ role: "user", content: "Hello" }];
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
const TOOL = {
  name: "get_weather",
  description: "The weather of a city",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

const shown = (message) => ({
  model: message.model,
  types: message.content.map((block) => block.type),
  text: message.content.filter((block) => block.type === "text").map((block) => block.text).join(""),
  stop_reason: message.stop_reason,
  stop_sequence: message.stop_sequence,
  input_tokens: message.usage.input_tokens,
  output_tokens: message.usage.output_tokens,
  request_id: message._request_id ?? null,
});

const refused = async (call) => {
  try {
    await call();
  } catch (error) {
    return { class: error.constructor.name, status: error.status, request_id: error.requestID ?? null, body: error.error };
  }
  return { class: null };
};

const toolLoop = async (stream) => {
  const messages = [{ role: "user", content: "How warm is it in Paris?" }];
  const told = [];
  for (const tool_choice of [{ type: "tool", name: "get_weather" }, { type: "auto" }]) {
    const asked = { model: MODEL, max_tokens: 500, messages, tools: [TOOL], tool_choice };
    const message = stream ? await client.messages.stream(asked).finalMessage() : await client.messages.create(asked);
    const calls = message.content.filter((block) => block.type === "tool_use");
    told.push({ stop_reason: message.stop_reason, inputs: calls.map((call) => call.input) });
    messages.push({ role: "assistant", content: message.content });
    messages.push({
      role: "user",
      content: calls.map((call) => ({ type: "tool_result", tool_use_id: call.id, content: "18 degrees" })),
    });
  }
  return told;
};

const events = [];
for await (const event of await client.messages.create({ model: MODEL, max_tokens: 50, messages: HELLO, stream: true })) {
  events.push(event.type);
}
const running = client.messages.stream({ model: MODEL, max_tokens: 200, messages: HELLO });
let joined = "";
running.on("text", (text) => (joined += text));
const final = await running.finalMessage();
const models = [];
for await (const model of client.models.list({ limit: 5 })) models.push(model.id);
const image = { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } };

console.log(
  JSON.stringify({
    create: shown(await client.messages.create({ model: MODEL, max_tokens: 200, messages: HELLO })),
    stream: { ...shown(final), joined },
    events,
    tool_loop: await toolLoop(false),
    tool_loop_streamed: await toolLoop(true),
    image: shown(
      await client.messages.create({
        model: MODEL,
        max_tokens: 200,
        messages: [{ role: "user", content: [image, { type: "text", text: "What is this?" }] }],
      }),
    ),
    count: (await client.messages.countTokens({ model: MODEL, messages: HELLO })).input_tokens,
    models,
    model: (await client.models.retrieve("claude-haiku-4-5")).id,
    unauthorized: await refused(() => stranger.messages.create({ model: MODEL, max_tokens: 5, messages: HELLO })),
    unknown_model: await refused(() => client.messages.create({ model: "claude-0", max_tokens: 5, messages: HELLO })),
    prefill: await refused(() =>
      client.messages.create({
        model: "claude-opus-5",
        max_tokens: 5,
        messages: [...HELLO, { role: "assistant", content: "Hi" }],
      }),
    ),
    negative: await refused(() => client.messages.create({ model: MODEL, max_tokens: -1, messages: HELLO })),
    unknown_model_info: await refused(() => client.models.retrieve("claude-0")),
  }),
);
