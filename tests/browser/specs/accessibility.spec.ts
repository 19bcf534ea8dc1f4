// axe finds nothing on any page, in both languages, light and dark.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, serve, signIn, test } from "./rondo.ts";

// Each is minutes of looking, and none changes what another sees.
test.describe.configure({ mode: "parallel" });

/** The key of the first thing that a list answers. */
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
      const account = await first(page, "/api/records/account");
      const contact = await first(page, "/api/records/contact");
      const user = await first(page, "/api/records/user");
      const instance = await first(page, "/api/instances");
      for (const path of [
        "/",
        "/nowhere",
        "/notifications",
        "/records/order",
        "/records/order?filter=total+%3E+and",
        "/records/order?search=nothing+like+it",
        "/records/order/1",
        "/records/order/new",
        "/records/order/import",
        `/records/order/${order}`,
        `/records/account/${account}`,
        `/records/contact/${contact}`,
        `/records/user/${user}`,
        "/processes",
        "/processes/order",
        `/instances/${instance}`,
        `/instances/${instance}?tab=decisions`,
        `/instances/${instance}?tab=events`,
        "/inbox",
        "/outbox",
        "/outbox?state=waiting",
        "/users",
        "/tokens",
      ]) {
        await page.goto(path);
        await check(page, path);
      }
    });

    test(`nothing that opens has a barrier (${language}, ${scheme})`, async ({ page }) => {
      test.setTimeout(180_000);
      await page.emulateMedia({ colorScheme: scheme });
      await page.addInitScript((chosen) => localStorage.setItem("rondo-language", chosen), language);
      await signIn(page, "manager");
      const decided = await firstOf(page, '/api/records/order?filter=status = "rejected"');
      const decisions = await page.request.get(`/api/records/order/${decided}/decisions`);
      const decision = (await decisions.json()).items[0].key;
      await page.goto(`/records/order/${decided}?decision=${decision}`);
      await expect(page.getByRole("dialog").getByRole("table").first()).toBeVisible();
      await check(page, "a decision");

      const task = await firstOf(page, "/api/user-tasks?state=created&mine=true");
      await page.goto(`/inbox?task=${task}`);
      await expect(page.locator(".fjs-powered-by")).toBeVisible();
      await check(page, "a task");
      const held = await firstOf(page, '/api/records/order?filter=status = "in_review"');
      await page.goto(`/records/order/${held}`);
      await expect(page.locator("section", { has: page.locator("strong") }).first()).toBeVisible();
      await check(page, "a locked record");

      const mail = await firstOf(page, "/api/outbox");
      await page.goto(`/outbox?entry=${mail}`);
      await expect(page.getByRole("dialog")).toBeVisible();
      await check(page, "a mail");

      await page.goto("/records/order");
      await expect(page.getByRole("row").nth(1)).toBeVisible();
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("dialog").getByRole("textbox")).toBeFocused();
      await check(page, "the commands");
      await page.keyboard.press("Escape");

      await page.goto("/records/order/import");
      await page.locator("input[type=file]").setInputFiles({
        name: "some.csv",
        mimeType: "text/csv",
        buffer: Buffer.from("order_ref,account_ref,sku,quantity,remark\nA,B,C,many,x\n"),
      });
      await expect(page.locator("select").first()).toBeVisible();
      await check(page, "the columns of a file");
      await page.locator("select").last().selectOption("-");
      await page.getByRole("button", { name: /Start import|开始导入/ }).click();
      await expect(page.getByRole("region", { name: /refused|被拒绝/ }).first()).toBeVisible();
      await check(page, "refused rows");
    });
  }
}

test("the first visit to an empty server has no barrier", async ({ page }) => {
  test.setTimeout(90_000);
  const server = await serve();
  try {
    for (const language of ["en", "zh"] as const) {
      for (const scheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.goto(server.address);
        await page.evaluate((chosen) => localStorage.setItem("rondo-language", chosen), language);
        for (const path of ["/setup", "/setup?token=any", "/sign-in"]) {
          await page.goto(`${server.address}${path}`);
          await check(page, `${path} (${language}, ${scheme})`);
        }
      }
    }
  } finally {
    // A page that is still open would complain that its server is gone.
    await page.goto("about:blank");
    await server.stop();
  }
});

async function firstOf(page: Page, path: string): Promise<string> {
  const [address, filter] = path.split("?filter=");
  const query = filter === undefined ? "" : `?filter=${encodeURIComponent(filter)}`;
  return first(page, `${address}${query}`);
}

async function check(page: Page, path: string): Promise<void> {
  await page.waitForLoadState("load");
  await expect(page.getByRole("heading").first()).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  // Every rule that axe has switched on, those of good practice beyond WCAG too.
  const found = await new AxeBuilder({ page }).analyze();
  const lines = found.violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`,
  );
  expect.soft(lines, path).toEqual([]);
}
