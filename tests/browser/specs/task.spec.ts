// The work of people: who did it, and what the server does not take of it.
import { create, expect, money, signIn, test } from "./rondo.ts";
import type { Page } from "@playwright/test";

/** An order above the credit limit of its account, and the key of its task. */
async function orderInReview(page: Page, name: string): Promise<{ order: string; task: string }> {
  const shop = await create(page, "account", {
    fields: { name, email: "shop@example.com", credit_limit: money("15.00") },
  });
  const item = await create(page, "product", {
    fields: { sku: name, name, price: money("10.00"), on_hand: 50 },
  });
  const order = await create(page, "order", {
    fields: { account: shop, status: "submitted" },
    parts: { lines: [{ fields: { product: item, quantity: 2 } }] },
  });
  const inbox = await (await page.request.get("/api/user-tasks?mine=true&state=created&limit=500")).json();
  const task = inbox.items.find((one: { record?: { key: string } }) => one.record?.key === order);
  return { order, task: task.key };
}

test("what the server does not take is said beside its field", async ({ page }) => {
  await signIn(page, "manager");
  const { order, task } = await orderInReview(page, "Stern");
  // The page holds an older form, which asked for nothing.
  await page.route(`**/api/user-tasks/${task}`, async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    for (const component of body.form.components) delete component.validate;
    await route.fulfill({ response: answer, json: body });
  });
  await page.goto(`/inbox?task=${task}`);
  const complete = page.getByRole("button", { name: "Complete task" });
  await complete.click();
  const decision = page.locator(".rondo-form .fjs-form-field-radio");
  await expect(decision).toContainText("This is required");
  await expect(page.locator(".rondo-form .fjs-form-field-textarea")).not.toContainText("required");
  await page.getByLabel(/Approve/).check();
  await expect(decision).not.toContainText("This is required");
  await complete.click();
  await expect(page.getByText("Done: ")).toBeVisible();
  await page.goto(`/records/order/${order}`);
  await expect(page.locator("[aria-current=step]")).toHaveText(/Accepted/);
});

test("who did a task, and when, stands wherever the task is shown", async ({ page }) => {
  await signIn(page, "manager");
  const { order, task } = await orderInReview(page, "Told");
  const done = await page.request.post(`/api/user-tasks/${task}/complete`, {
    data: { variables: { decision: "approve" } },
  });
  expect(done.status()).toBe(204);
  const told = await (await page.request.get(`/api/user-tasks/${task}`)).json();
  const name: string = told.completed_by.title;
  for (const [language, by, after] of [
    ["en", `by ${name}`, `after ${name} did a task`],
    ["zh", name, `${name}完成任务后`],
  ] as const) {
    await page.evaluate((chosen) => localStorage.setItem("rondo-language", chosen), language);
    await page.goto(`/inbox?show=completed&task=${task}`);
    const chosen = page.locator("[aria-current=true]");
    await expect(chosen).toContainText(name);
    await expect(chosen.locator("time")).toHaveCount(2);
    await page.goto(`/records/order/${order}`);
    const step = page.locator("li[data-kind=step]").filter({ has: page.locator("time") });
    await expect(step.filter({ hasText: by }).first()).toBeVisible();
    await expect(page.getByText(after).first()).toBeVisible();
    await page.goto(`/instances/${told.instance}`);
    const passed = page.locator("ol button[aria-pressed]").filter({ hasText: by });
    await expect(passed.first().locator("time")).toBeVisible();
  }
});
