// axe finds nothing on any page, in both languages, light and dark.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, signIn, test } from "./rondo.ts";

async function first(page: Page, path: string): Promise<string> {
  const answer = await page.request.get(path);
  return (await answer.json()).items[0].key;
}

for (const language of ["en", "zh"] as const) {
  for (const scheme of ["light", "dark"] as const) {
    test(`no page has a barrier (${language}, ${scheme})`, async ({ page }) => {
      test.setTimeout(180_000);
      await page.emulateMedia({ colorScheme: scheme });
      await page.addInitScript((chosen) => localStorage.setItem("rondo-language", chosen), language);
      await page.goto("/sign-in");
      await check(page, "/sign-in");
      await signIn(page, "admin");
      await page.evaluate((chosen) => localStorage.setItem("rondo-language", chosen), language);
      const order = await first(page, "/api/records/order");
      const instance = await first(page, "/api/instances");
      for (const path of [
        "/",
        "/nowhere",
        "/notifications",
        "/records/order",
        "/records/order/new",
        "/records/order/import",
        `/records/order/${order}`,
        "/processes",
        "/processes/order",
        `/instances/${instance}`,
        "/inbox",
        "/outbox",
        "/users",
        "/tokens",
      ]) {
        await page.goto(path);
        await check(page, path);
      }
    });
  }
}

async function check(page: Page, path: string): Promise<void> {
  await page.waitForLoadState("load");
  await expect(page.getByRole("heading").first()).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  const found = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const lines = found.violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`,
  );
  expect.soft(lines, path).toEqual([]);
}
