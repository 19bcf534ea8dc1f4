// The job of the sample, as a person does it on the page.
import { create, expect, money, signIn, test } from "./rondo.ts";

const account = (name: string, limit: string) => ({
  fields: { name, email: "shop@example.com", credit_limit: money(limit) },
});
const product = (sku: string, onHand: number) => ({
  fields: { sku, name: sku, price: money("10.00"), on_hand: onHand },
});

test("an order that is in stock is accepted, and says why", async ({ page }) => {
  await signIn(page, "sales");
  await create(page, "account", account("Corner Shop", "1000.00"));
  await create(page, "product", product("Lantern", 5));

  await page.goto("/records/order/new");
  await page.getByRole("combobox", { name: "Account" }).fill("Corner");
  await page.getByRole("option", { name: "Corner Shop" }).click();
  // Whoever enters an order owns it, unless they say otherwise.
  await expect(page.getByRole("combobox", { name: "Owner" })).toHaveValue("Sam Okafor");
  await page.getByRole("combobox", { name: "Product" }).fill("Lantern");
  // A product is told from others by more than its name.
  await expect(page.getByRole("option", { name: "Lantern" })).toContainText(/€10\.00.*On hand 5/);
  await page.getByRole("option", { name: "Lantern" }).click();
  await page.getByLabel("Quantity").fill("5");
  await page.getByRole("button", { name: "Save as Submitted" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/SO-\d+/);
  await expect(page.locator("[aria-current=step]")).toHaveText(/Accepted/);
  await page.getByRole("button", { name: "Order acceptance" }).click();
  const matched = page.getByRole("dialog").locator("tr[data-matched=true] td[data-output=true]");
  await expect(matched.first()).toHaveText("accepted");
});

test("an order that is short is rejected, with the reason", async ({ page }) => {
  await signIn(page, "sales");
  const shop = await create(page, "account", account("Market Stall", "1000.00"));
  const scarce = await create(page, "product", product("Rare lamp", 1));
  const order = await create(page, "order", {
    fields: { account: shop, status: "submitted" },
    parts: { lines: [{ fields: { product: scarce, quantity: 2, unit_price: money("10.00") } }] },
  });
  await page.goto(`/records/order/${order}`);
  await expect(page.locator("[aria-current=step]")).toHaveText(/Rejected/);
  await expect(page.getByText("Rare lamp (ordered 2, available 1)").first()).toBeVisible();
});

test("an order above the credit limit waits for the manager, who approves it", async ({ page }) => {
  await signIn(page, "manager");
  const shop = await create(page, "account", account("Small Credit", "15.00"));
  const item = await create(page, "product", product("Kettle", 50));
  const order = await create(page, "order", {
    fields: { account: shop, status: "submitted" },
    parts: { lines: [{ fields: { product: item, quantity: 2, unit_price: money("10.00") } }] },
  });
  await page.goto(`/records/order/${order}`);
  await expect(page.locator("[aria-current=step]")).toHaveText(/In review/);
  const number = await page.getByRole("heading", { level: 1 }).innerText();

  // Before that the bar showed the ends as what they are: one of them.
  await expect(page.getByRole("navigation", { name: "Stages" })).toContainText(/One of these ends:.*Accepted.*or.*Rejected/);

  await page.goto("/inbox");
  const row = page.getByRole("listitem").filter({ hasText: number });
  await expect(row).toContainText("€20.00");
  await row.click();
  await page.getByLabel(/Approve/).check();
  await page.getByRole("button", { name: "Complete task" }).click();

  await page.goto(`/records/order/${order}`);
  await expect(page.locator("[aria-current=step]")).toHaveText(/Accepted/);
});

test("a form speaks the language of the page, and only that", async ({ page }) => {
  await signIn(page, "manager");
  const shop = await create(page, "account", account("Two Tongues", "15.00"));
  const item = await create(page, "product", product("Teapot", 50));
  const order = await create(page, "order", {
    fields: { account: shop, status: "submitted" },
    parts: { lines: [{ fields: { product: item, quantity: 2, unit_price: money("10.00") } }] },
  });
  const inbox = await (await page.request.get("/api/user-tasks?mine=true&state=created")).json();
  const task = inbox.items.find((one: { record: { key: string } }) => one.record.key === order);
  const form = page.locator(".rondo-form");
  for (const [language, said, refused] of [
    ["en", ["Open amount when it was submitted", "Credit limit", "present amounts", "Decision", "Approve", "Reject", "Comment"], "This is required"],
    ["zh", ["提交时的未结金额", "信用额度", "当前金额", "决定", "批准", "拒绝", "备注"], "此项必填"],
  ] as const) {
    await page.evaluate((chosen) => localStorage.setItem("rondo-language", chosen), language);
    await page.goto(`/inbox?task=${task.key}`);
    for (const text of said) await expect(form.getByText(text, { exact: false }).first()).toBeVisible();
    await expect(form).not.toContainText(language === "en" ? /[决批备]/ : /Decision|Approve|Comment/);
    await page.getByRole("button", { name: /Complete task|完成任务/ }).click();
    await expect(form).toContainText(refused);
  }
});

test("a record changes on the page when somebody else changes it", async ({ page }) => {
  await signIn(page, "sales");
  const key = await create(page, "account", account("Before", "10.00"));
  await page.goto(`/records/account/${key}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Before");
  const answer = await page.request.patch(`/api/records/account/${key}`, {
    data: { fields: { name: "After" } },
  });
  expect(answer.ok()).toBe(true);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("After");
});

test("a diagram is large enough to read, and moves and zooms by keys", async ({ page }) => {
  await signIn(page, "manager");
  const zoom = () =>
    page.locator(".djs-container .viewport").evaluate((view) => (view as SVGGElement).getCTM()?.a ?? 0);
  const left = () =>
    page.locator(".djs-container .viewport").evaluate((view) => (view as SVGGElement).getCTM()?.e ?? 0);
  for (const width of [390, 1280, 1440]) {
    await page.setViewportSize({ width, height: 860 });
    await page.goto("/processes/order");
    await expect(page.locator(".djs-overlay").first()).toBeVisible();
    await expect.poll(zoom, `at ${width} pixels`).toBeGreaterThanOrEqual(0.89);
  }
  await page.locator(".djs-container svg").first().focus();
  const before = await left();
  await page.keyboard.press("ArrowRight");
  await expect.poll(left).toBeLessThan(before);
  await page.keyboard.press("+");
  await expect.poll(zoom).toBeGreaterThan(1);
  await page.keyboard.press("0");
  await expect.poll(zoom).toBeLessThan(0.8);
});

test("asking who is there before anybody signs in is no error", async ({ page }) => {
  const refused: string[] = [];
  page.on("response", (answer) => {
    if (answer.status() >= 400) refused.push(`${answer.status()} ${answer.url()}`);
  });
  await page.goto("/");
  await expect(page.locator("input[autocomplete=username]")).toBeVisible();
  expect(refused).toEqual([]);
});

test("the process shows live counts, and the watermark of its viewer stays visible", async ({ page }) => {
  await signIn(page, "manager");
  await page.goto("/processes/order");
  await expect(page.locator(".djs-overlay").first()).toBeVisible();
  const mark = page.locator(".bjs-powered-by");
  await expect(mark).toBeVisible();
  const covered = await mark.evaluate((element) => {
    const box = element.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return top === null || !element.contains(top);
  });
  expect(covered, "nothing covers the watermark").toBe(false);
});
