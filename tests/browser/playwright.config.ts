// The page in a real Chromium against the real binary. Each worker has a server with the sample of its own.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "specs",
  fullyParallel: false,
  workers: 2,
  // A browser on a busy machine is the least reliable part of the house. What passes only at the second try
  // is named by ./test, and is a race to be mended.
  retries: 1,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: "list",
  outputDir: "../../.tools/browser-results",
  use: {
    // A trace of every step takes as long again as the step: ask for it with `--trace on`.
    trace: "off",
    screenshot: "only-on-failure",
    viewport: { width: 1280, height: 860 },
    launchOptions: {
      executablePath: process.env["RONDO_CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
    },
  },
});
