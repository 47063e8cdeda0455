// What a program with the official TypeScript SDK makes of each fault, told as JSON: node faulted.mjs BASE_URL FAULTS
import { readFileSync } from "node:fs";
import Anthropic from "@anthropic-ai/sdk";

const [url, faults] = process.argv.slice(2);
const client = new Anthropic({ baseURL: url, apiKey: "sk-ant-mock-default", maxRetries: 1, timeout: 1000 });
const ASKED = { model: "claude-sonnet-4-5", max_tokens: 200, messages: [{ role: "user", content: "Hello" }] };
const LONGEST = 3000;

// What the SDK rejects besides its promises (a stream that ends early) must not end the program.
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});

const told = (message) => ({
  text: message.content.filter((block) => block.type === "text").map((block) => block.text).join(""),
  stop_reason: message.stop_reason,
});

const outcome = async (call) => {
  let timer;
  const hung = new Promise((resolve) => (timer = setTimeout(() => resolve({ hangs: true }), LONGEST)));
  const answered = (async () => {
    try {
      return told(await call());
    } catch (error) {
      const status = error.status === undefined ? {} : { status: error.status };
      return { raises: error.constructor.name, ...status };
    }
  })();
  const found = await Promise.race([answered, hung]);
  clearTimeout(timer);
  return found;
};

const found = {};
for (const [name, fault] of Object.entries(JSON.parse(faults))) {
  const options = { headers: { "x-mockclaude-fault": fault } };
  found[name] = {
    create: await outcome(() => client.messages.create(ASKED, options)),
    stream: await outcome(() => client.messages.stream(ASKED, options).finalMessage()),
  };
}
const manifest = JSON.parse(readFileSync("node_modules/@anthropic-ai/sdk/package.json", "utf8"));
console.log(JSON.stringify({ version: manifest.version, faults: found }));
process.exit(0);
