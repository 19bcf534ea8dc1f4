// The page's types follow from the document: `npm run types` signs them with the document's SHA-256
// (`--sign`), and the check compares it.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

const document = new URL("../openapi.json", import.meta.url);
const types = new URL("../src/api/openapi.d.ts", import.meta.url);
const hash = createHash("sha256")
  .update(await readFile(document))
  .digest("hex");
const signature = `// Generated from openapi.json, SHA-256 ${hash}\n`;
const text = (await readFile(types, "utf8")).replace(/^\/\/ Generated from .*\n/gm, "");
if (process.argv.includes("--sign")) {
  await writeFile(types, text + signature);
} else if (!(await readFile(types, "utf8")).endsWith(signature)) {
  console.error("src/api/openapi.d.ts is not of this openapi.json; run `npm run types`");
  process.exit(1);
}
