// A served Rondo with the sample for each worker, and the few steps that most specs take.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { test as base, expect, type Page } from "@playwright/test";

const binary =
  process.env["RONDO_BINARY"] ??
  fileURLToPath(new URL("../../../target/debug/rondo", import.meta.url));

/** A server on a data folder of its own, until it is stopped. */
export interface Served {
  address: string;
  /** What it printed until it said where it serves, and the lines behind. */
  said: (wanted: RegExp) => Promise<string>;
  /** Ends it at once, as a power cut does. */
  kill: () => Promise<void>;
  /** Serves the same data at the same address, after it was killed. */
  revive: () => Promise<void>;
  stop: () => Promise<void>;
}

export async function serve(...options: string[]): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "rondo-browser-"));
  let running = start(folder, "127.0.0.1:0", options);
  const address = await running.said(/http:\/\/[\d.]+:\d+/);
  return {
    address,
    said: (wanted) => running.said(wanted),
    kill: () => running.end("SIGKILL"),
    revive: async () => {
      running = start(folder, new URL(address).host, options);
      await running.said(/http:\/\//);
    },
    stop: async () => {
      await running.end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function start(folder: string, listen: string, options: string[]) {
  const server = spawn(
    binary,
    ["serve", "--data", folder, "--listen", listen, ...options],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  const said = async (wanted: RegExp) => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`\`${binary}\` did not say ${wanted}; build it with: cargo build -p rondo`);
      const found = wanted.exec(value);
      if (found) return found[0];
    }
  };
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    server.kill(signal);
    await ended;
  };
  return { said, end };
}

interface Worker {
  served: string;
}

export const test = base.extend<{ problems: string[]; expected: RegExp }, Worker>({
  served: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from it
    async ({}, use) => {
      const server = await serve("--demo");
      await use(server.address);
      await server.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ served }, use) => use(served),
  // What a spec itself brings about and the browser complains of.
  expected: [/status of 4(0[01349]|13)/, { option: true }],
  // What the page complains about in its console fails the test that caused it.
  problems: [
    async ({ page, expected }, use) => {
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error" && !expected.test(message.text())) problems.push(message.text());
      });
      await use(problems);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Signs in, at the worker's server or at another. */
export async function signIn(page: Page, login: string, address = ""): Promise<void> {
  await page.goto(`${address}/sign-in`);
  await page.locator("input[autocomplete=username]").fill(login);
  await page.locator("input[autocomplete=current-password]").fill(`${login}-demo`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("navigation").first()).toBeVisible();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** What a program would send, with the session of the page. */
export async function create(page: Page, object: string, body: unknown): Promise<string> {
  const address = page.url().startsWith("http") ? new URL(page.url()).origin : "";
  const answer = await page.request.post(`${address}/api/records/${object}`, { data: body });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()).key;
}

export function money(amount: string) {
  return { amount, currency: "EUR" };
}
