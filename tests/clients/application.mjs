// The program of application.py in TypeScript: node application.mjs QUESTION
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic();
const message = await client.messages.create({
  model: "claude-sonnet-4-5",
  max_tokens: 200,
  messages: [{ role: "user", content: process.argv[2] }],
});
console.log(JSON.stringify(message.content.map((block) => block.text).join("")));
