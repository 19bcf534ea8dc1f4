// A served Rondo with the sample for each worker, and the few steps that most specs take.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { test as base, expect, type Page } from "@playwright/test";

const binary =
  process.env["RONDO_BINARY"] ??
  fileURLToPath(new URL("../../../target/debug/rondo", import.meta.url));

async function address(server: ChildProcess): Promise<string> {
  if (!server.stdout) throw new Error("the server's output is not piped");
  for await (const line of createInterface(server.stdout)) {
    const found = /http:\/\/[\d.]+:\d+/.exec(line);
    if (found) return found[0];
  }
  throw new Error(`\`${binary}\` did not start; build it with: cargo build -p rondo`);
}

interface Worker {
  served: string;
}

export const test = base.extend<{ problems: string[] }, Worker>({
  served: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from it
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "rondo-browser-"));
      const options = ["serve", "--demo", "--data", folder, "--listen", "127.0.0.1:0"];
      const server = spawn(binary, options, { stdio: ["ignore", "pipe", "inherit"] });
      await use(await address(server));
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  baseURL: async ({ served }, use) => use(served),
  // What the page complains about in its console fails the test that caused it.
  problems: [
    async ({ page }, use) => {
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => {
        const expected = /status of 40[019]/.test(message.text());
        if (message.type() === "error" && !expected) problems.push(message.text());
      });
      await use(problems);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export async function signIn(page: Page, login: string): Promise<void> {
  await page.goto("/sign-in");
  await page.locator("input[autocomplete=username]").fill(login);
  await page.locator("input[autocomplete=current-password]").fill(`${login}-demo`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("navigation").first()).toBeVisible();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** What a program would send, with the session of the page. */
export async function create(page: Page, object: string, body: unknown): Promise<string> {
  const answer = await page.request.post(`/api/records/${object}`, { data: body });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()).key;
}

export function money(amount: string) {
  return { amount, currency: "EUR" };
}
