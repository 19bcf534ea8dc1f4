// axe finds nothing on any page, in both languages, light and dark.
import type { Page } from "@playwright/test";
import axe from "axe-core";
import { expect, serve, signIn, test } from "./rondo.ts";

// Each is minutes of looking, and none changes what another sees.
test.describe.configure({ mode: "parallel" });

/** The key of the first thing that a list answers. */
async function first(page: Page, path: string): Promise<string> {
  const answer = await page.request.get(path);
  return (await answer.json()).items[0].key;
}

for (const language of ["en", "zh"] as const) {
  test(`no page has a barrier (${language})`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.addInitScript((chosen) => localStorage.setItem("rondo-language", chosen), language);
    await page.goto("/sign-in");
    await check(page, "/sign-in");
    await signIn(page, "admin");
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
      "/decisions",
      "/decisions/order_acceptance",
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

  test(`nothing that opens has a barrier (${language})`, async ({ page }) => {
    test.setTimeout(180_000);
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

test("the first visit to an empty server has no barrier", async ({ page }) => {
  test.setTimeout(90_000);
  const server = await serve();
  try {
    for (const language of ["en", "zh"] as const) {
      await page.goto(server.address);
      await page.evaluate((chosen) => localStorage.setItem("rondo-language", chosen), language);
      for (const path of ["/setup", "/setup?token=any", "/sign-in"]) {
        await page.goto(`${server.address}${path}`);
        await check(page, `${path} (${language})`);
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

/** What axe finds on the page as it stands, in light and in dark. */
async function check(page: Page, path: string): Promise<void> {
  await page.waitForLoadState("load");
  // The heading of level 1 comes last where others are known before the record is.
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await page.evaluate(axe.source);
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", scheme);
    expect.soft(await page.evaluate(violations), `${path} (${scheme})`).toEqual([]);
  }
}

/** Run in the page: every rule that axe has switched on, those of good practice beyond WCAG too. */
async function violations(): Promise<string[]> {
  // A colour on its way from light to dark is neither.
  const moving = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
  await Promise.allSettled(moving.map((one) => one.finished));
  const found = await (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`,
  );
}
