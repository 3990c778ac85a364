// Parses a file with the npm package, warm, and prints messages and milliseconds of each run.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [root, file, runs] = process.argv.slice(2);
const { parseString } = createRequire(root + "/package.json")("whatsapp-chat-parser");
const text = readFileSync(file, "utf8");
const times = [];
let messages = 0;
for (const until = Date.now() + 3000; Date.now() < until; ) parseString(text);
for (let run = 0; run < Number(runs); run++) {
  const start = process.hrtime.bigint();
  messages = parseString(text).length;
  times.push(Number(process.hrtime.bigint() - start) / 1e6);
}
console.log(JSON.stringify({ messages, times, peak: process.resourceUsage().maxRSS / 1024 }));
