// Checks what the compiler cannot: that no message is empty, that both languages fill in the same
// placeholders, that every message is used, and that no text stands outside the messages. Of another folder
// than `src/` where one is given.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const src = process.argv[2] ?? new URL("../src/", import.meta.url).pathname;
const problems = [];

/** The messages of a file: its lines `"key": "text",`. */
async function messages(language) {
  const text = await readFile(join(src, "i18n", `${language}.ts`), "utf8");
  const found = new Map();
  for (const [, key, value] of text.matchAll(/^\s+"([^"]+)":\s*("(?:[^"\\]|\\.)*"),$/gm)) {
    if (found.has(key)) problems.push(`${language}: ${key} stands twice`);
    found.set(key, JSON.parse(value));
  }
  return found;
}

const placeholders = (text) =>
  [...text.matchAll(/\{(\w+)\}/g)]
    .map(([, name]) => name)
    .sort()
    .join();

const en = await messages("en");
const zh = await messages("zh");
if (en.size === 0)
  problems.push("en: no messages were found; is the file's form still one per line?");
for (const key of new Set([...en.keys(), ...zh.keys()])) {
  const [first, second] = [en.get(key), zh.get(key)];
  if (first === undefined) problems.push(`en: ${key} is missing`);
  if (second === undefined) problems.push(`zh: ${key} is missing`);
  if (first?.trim() === "") problems.push(`en: ${key} is empty`);
  if (second?.trim() === "") problems.push(`zh: ${key} is empty`);
  if (placeholders(first ?? "") !== placeholders(second ?? "")) {
    problems.push(`${key}: the languages fill in different placeholders`);
  }
}

const files = (await readdir(src, { recursive: true })).filter((file) => /\.tsx?$/.test(file));
const sources = await Promise.all(
  files
    .filter((file) => !file.startsWith("i18n/en") && !file.startsWith("i18n/zh"))
    .map(async (file) => [file, await readFile(join(src, file), "utf8")]),
);
const all = sources.map(([, text]) => text).join("\n");
// A key built at run time (`role.${role}`) uses all keys of its group.
const groups = new Set([...all.matchAll(/[`"]([\w.]+[._])\$\{/g)].map(([, stem]) => stem));
for (const key of en.keys()) {
  const plain = key.replace(/\.(one|other)$/, "");
  const used = all.includes(`"${key}"`) || all.includes(`"${plain}"`);
  if (!used && ![...groups].some((stem) => key.startsWith(stem)))
    problems.push(`${key} is not used`);
}

// Words between tags, or Chinese anywhere, belong into the messages. Names of languages and the
// product's name stand for themselves.
const allowed = new Set(["Rondo", "简体中文", "年", "月", "日"]);
for (const [file, text] of sources) {
  if (file.endsWith(".tsx")) {
    for (const [, words] of text.matchAll(
      /<[\w.]+(?:\s[^<>]*)?>\s*([A-Za-z][A-Za-z ]+[a-z])\s*<\//g,
    )) {
      if (!allowed.has(words)) problems.push(`${file}: "${words}" stands outside the messages`);
    }
  }
  for (const [words] of text.matchAll(/[\u4e00-\u9fff]+/g)) {
    if (!allowed.has(words)) problems.push(`${file}: "${words}" stands outside the messages`);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`i18n: ${en.size} messages in both languages`);
