// Writes a brotli copy (.br) beside every text file of the built page, so that the server sends it
// without compressing anything itself. Fonts that no current browser asks for are dropped.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const compress = promisify(brotliCompress);
const dist = new URL("../dist/", import.meta.url).pathname;
const cache = new URL("../node_modules/.cache/brotli/", import.meta.url).pathname;
const text = new Set([".html", ".js", ".css", ".svg", ".json", ".txt"]);
const unused = new Set([".eot"]);

/** Compresses one file, or takes the answer of an earlier build with the same content. */
async function brotli(content) {
  const name = createHash("sha256").update(content).digest("hex");
  const cached = join(cache, name);
  try {
    return await readFile(cached);
  } catch {
    const packed = await compress(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    });
    await writeFile(cached, packed);
    return packed;
  }
}

await mkdir(cache, { recursive: true });
let files = 0;
let before = 0;
let after = 0;
for (const entry of await readdir(dist, { recursive: true })) {
  const path = join(dist, entry);
  if (!(await stat(path)).isFile()) continue;
  if (unused.has(extname(path))) {
    await rm(path);
    continue;
  }
  if (!text.has(extname(path))) continue;
  const content = await readFile(path);
  const packed = await brotli(content);
  if (packed.length >= content.length) continue;
  await writeFile(`${path}.br`, packed);
  files += 1;
  before += content.length;
  after += packed.length;
}
const kb = (bytes) => `${Math.round(bytes / 1000)} kB`;
console.log(`brotli: ${files} files, ${kb(before)} to ${kb(after)}`);
