// The check of the messages finds what it is there to find: run on a copy of the sources with one thing wrong.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

let copy;
before(async () => {
  copy = await mkdtemp(join(tmpdir(), "rondo-i18n-"));
  await cp(here("../src"), copy, { recursive: true });
});
after(() => rm(copy, { recursive: true }));

/** Runs the check after `change` of a file, and puts the file back. */
async function check(file, change, said) {
  const path = join(copy, file);
  const former = await readFile(path, "utf8");
  const changed = change(former);
  assert.notEqual(changed, former, `${file} has to be changed`);
  await writeFile(path, changed);
  const run = spawnSync(process.execPath, [here("check-i18n.js"), copy], { encoding: "utf8" });
  await writeFile(path, former);
  assert.equal(run.status, 1, run.stdout);
  assert.match(run.stderr, said);
}

test("an untouched copy passes", () => {
  const run = spawnSync(process.execPath, [here("check-i18n.js"), copy], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
});

test("a message that one language lacks is found", () =>
  check(
    "i18n/zh.ts",
    (text) => text.replace(/^ {2}"action.save".*\n/m, ""),
    /^zh: action.save is missing$/m,
  ));

test("a message that only one language fills in is found", () =>
  check(
    "i18n/zh.ts",
    (text) => text.replace(/("inbox.done": ".*)\{task\}/, "$1"),
    /^inbox.done: the languages fill in different placeholders$/m,
  ));

test("a message that nothing uses is found", () =>
  check(
    "i18n/en.ts",
    (text) => text.replace(/^ {2}"action.save"/m, '  "action.spare": "Spare",\n$&'),
    /^action.spare is not used$/m,
  ));

test("a text outside the messages is found", () =>
  check(
    "ui/states.tsx",
    (text) => `${text}\nexport const stray = <p>Some stray words</p>;\n`,
    /"Some stray words" stands outside the messages/,
  ));
