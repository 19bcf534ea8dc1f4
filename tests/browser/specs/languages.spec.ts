// A model speaks the language of the page where it has it, everywhere the page names a part of it; what has no
// name is called by its kind, and amounts within texts stand as the reader writes them.
import type { Page } from "@playwright/test";
import { create, expect, money, signIn, test } from "./rondo.ts";

async function speak(page: Page, language: "en" | "zh"): Promise<void> {
  await page.evaluate((chosen) => localStorage.setItem("rondo-language", chosen), language);
}

/** An order above the credit limit waits for the manager. */
async function waitingOrder(page: Page): Promise<{ order: string; instance: string }> {
  const account = await create(page, "account", {
    fields: { name: "Language Shop", email: "shop@example.com", credit_limit: money("1500.00") },
  });
  const product = await create(page, "product", {
    fields: { sku: `T-${Math.random()}`, name: "Lantern", price: money("1000.00"), on_hand: 50 },
  });
  const order = await create(page, "order", {
    fields: { account, status: "submitted" },
    parts: { lines: [{ fields: { product, quantity: 2, unit_price: money("1000.00") } }] },
  });
  const instances = await (await page.request.get(`/api/records/order/${order}/instances`)).json();
  return { order, instance: instances.items[0].key };
}

test("steps, tasks, decisions and diagrams speak the language of the page", async ({ page }) => {
  await signIn(page, "manager");
  const { order, instance } = await waitingOrder(page);
  for (const [language, step, task, decision, column, process] of [
    ["en", "Check inventory", "Review credit", "Order acceptance", "Products that are short", "Order"],
    ["zh", "检查库存", "审核信用", "订单受理", "缺货的产品", "订单"],
  ] as const) {
    await speak(page, language);
    await page.goto(`/records/order/${order}`);
    const timeline = page.locator("li[data-kind=step]");
    await expect(timeline.filter({ hasText: step })).toHaveCount(1);
    await expect(page.getByText(new RegExp(`[“"]${task}[”"]`))).toBeVisible();
    await page.getByRole("button", { name: decision }).click();
    await expect(page.getByRole("dialog").getByRole("columnheader", { name: column })).toBeVisible();
    await page.goto(`/instances/${instance}`);
    const drawn = page.locator(".djs-element[data-element-id=check_inventory]");
    // A label is cut into lines.
    await expect(drawn).toContainText(language === "en" ? "inventory" : step);
    await expect(page.locator("ol").getByRole("button", { name: step })).toBeVisible();
    await expect(page.getByRole("main").getByRole("link", { name: process, exact: true })).toBeVisible();
    await page.goto("/inbox");
    await expect(page.getByRole("heading", { level: 2, name: task })).toBeVisible();
  }
});

test("what has no name is called by its kind", async ({ page }) => {
  await signIn(page, "manager");
  const orders = await (await page.request.get(`/api/instances?state=completed&limit=50`)).json();
  const done = orders.items.find((one: { process: { version: number } }) => one.process.version === 2);
  await page.goto(`/instances/${done.key}`);
  await expect(page.locator("ol").getByRole("button", { name: "Exclusive gateway" }).first()).toBeVisible();
  await expect(page.locator("ol").getByText("cleared", { exact: true })).toHaveCount(0);
});

test("amounts in a reason and a form are written as the reader writes money", async ({ page }) => {
  await signIn(page, "manager");
  const { order } = await waitingOrder(page);
  await page.goto(`/records/order/${order}`);
  await expect(page.getByText(/would owe €2,000\.00, and its credit limit is €1,500\.00/).first()).toBeVisible();
  const inbox = await (await page.request.get("/api/user-tasks?mine=true&state=created")).json();
  const task = inbox.items.find((one: { record: { key: string } }) => one.record.key === order);
  await page.goto(`/inbox?task=${task.key}`);
  await expect(page.locator(".rondo-form")).toContainText("€1,500.00");
  await expect(page.locator(".rondo-form")).not.toContainText("EUR");
});

test("what is refused of a new record stands beside its field, and the first of it has the focus", async ({ page }) => {
  await signIn(page, "sales");
  await page.goto("/records/account/new");
  await page.getByLabel("Website").fill("nowhere");
  await page.getByLabel("E-mail").fill("nobody");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This is required")).toBeVisible();
  await expect(page.getByText("Write an e-mail address such as anna@example.com")).toBeVisible();
  await expect(page.getByText("Write a web address such as https://example.com")).toBeVisible();
  await expect(page.getByLabel("Name")).toBeFocused();
  // What was mended is no longer called wrong.
  await page.keyboard.type("Somebody");
  await expect(page.getByText("This is required")).toHaveCount(0);
  await speak(page, "zh");
  await page.goto("/records/account/new");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("此项必填").first()).toBeVisible();
});

test("a form of the page asks for what it needs in its own words", async ({ page }) => {
  await page.goto("/sign-in");
  await page.locator("input[autocomplete=username]").fill("sales");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("This is required")).toBeVisible();
  await expect(page.locator("input[autocomplete=current-password]")).toBeFocused();
});
