// Several people and processes at work on the same records: what is locked and who holds it, what a process
// has to say, and what happens when two write the same thing.
import type { Page } from "@playwright/test";
import { create, expect, money, signIn, test } from "./rondo.ts";

async function me(page: Page): Promise<string> {
  return (await (await page.request.get("/api/session")).json()).user;
}

async function orderOf(page: Page, status: string, creditLimit: string): Promise<string> {
  const account = await create(page, "account", {
    fields: {
      name: "Two Hands",
      email: "shop@example.com",
      credit_limit: money(creditLimit),
    },
  });
  const product = await create(page, "product", {
    fields: {
      sku: `T-${Math.random()}`,
      name: "Kettle",
      price: money("10.00"),
      on_hand: 50,
    },
  });
  return create(page, "order", {
    fields: { account, status, owner: await me(page) },
    parts: { lines: [{ fields: { product, quantity: 2, unit_price: money("10.00") } }] },
  });
}

test("an order in review says who holds it, and the manager's word arrives at once", async ({
  page,
  browser,
  baseURL,
}) => {
  await signIn(page, "sales");
  const order = await orderOf(page, "submitted", "15.00");
  await page.goto(`/records/order/${order}`);
  const lock = page.getByRole("region", { name: "This record is locked" });
  await expect(lock).toContainText("In review");
  await expect(lock).toContainText(/Review credit.*Manager/);
  await expect(page.getByRole("button", { name: "Edit Owner" })).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Edit Account" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Add line" })).toHaveCount(0);
  await page.getByRole("button", { name: "More actions" }).click();
  await expect(page.getByRole("menuitem", { name: "Delete" })).toBeDisabled();
  await page.keyboard.press("Escape");

  const manager = await browser.newPage(baseURL === undefined ? {} : { baseURL });
  await signIn(manager, "manager");
  const number = await page.getByRole("heading", { level: 1 }).innerText();
  await manager.goto("/inbox");
  await manager.getByText(number).first().click();
  await manager.getByLabel(/Approve/).check();
  await manager.getByRole("button", { name: "Complete task" }).click();
  await expect(manager.getByText(`Done: Review credit`)).toBeVisible();
  await manager.close();

  // By keyboard: open, follow the newest.
  const bell = page.getByRole("button", { name: /Notifications, \d+ unread/ });
  await expect(bell).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("link", { name: new RegExp(number) }).first()).toBeVisible();
  await bell.press("Enter");
  const list = page.getByRole("dialog", { name: "Notifications" });
  await expect(list).toBeVisible();
  await list.getByRole("link", { name: new RegExp(number) }).press("Enter");
  await expect(page).toHaveURL(new RegExp(`/records/order/${order}`));
  await page.goto("/notifications?show=unread");
  await expect(page.getByText("Everything is read")).toBeVisible();
  await page.goto("/notifications");
  await expect(page.getByRole("link", { name: new RegExp(number) })).toBeVisible();
});

test("what is read on one page is read on the other", async ({ page, browser, baseURL }) => {
  await signIn(page, "sales");
  const other = await browser.newPage(baseURL === undefined ? {} : { baseURL });
  await signIn(other, "manager");
  for (let many = 0; many < 2; many += 1) {
    const order = await orderOf(page, "submitted", "15.00");
    const tasks = await (await other.request.get("/api/user-tasks?mine=true&limit=200")).json();
    const task = tasks.items.find((one: { record?: { key: string } }) => one.record?.key === order);
    const done = await other.request.post(`/api/user-tasks/${task.key}/complete`, {
      data: { variables: { decision: "approve" } },
    });
    expect(done.ok(), await done.text()).toBe(true);
  }
  await other.request.delete("/api/session");
  await signIn(other, "sales");
  await other.goto("/notifications");
  const bell = other.getByRole("button", { name: /Notifications, \d+ unread/ });
  await expect(bell).toBeVisible();
  await page.goto("/notifications?show=unread");
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByText("Everything is read")).toBeVisible();
  await expect(page.getByRole("button", { name: "Mark all as read" })).toBeDisabled();
  await expect(bell).toBeHidden();
  await expect(other.getByRole("button", { name: "Mark all as read" })).toBeDisabled();
  await other.close();
});

test("a list and a count change on the page when somebody else changes them", async ({
  page,
  browser,
  baseURL,
}) => {
  await signIn(page, "sales");
  const other = await browser.newPage(baseURL === undefined ? {} : { baseURL });
  await signIn(other, "manager");
  await page.goto("/records/contact?sort=-created_at");
  await page.evaluate(() => document.body.setAttribute("data-same-page", ""));
  await create(other, "contact", { fields: { name: "Seen at once" } });
  const row = page.getByRole("row", { name: /Seen at once/ });
  await expect(row).toBeVisible();
  const found = await other.request.get("/api/records/contact?search=Seen%20at%20once");
  const { key } = (await found.json()).items[0];
  await other.request.delete(`/api/records/contact/${key}`);
  await expect(row).toHaveCount(0);
  await expect(page.locator("body")).toHaveAttribute("data-same-page", "");
  await other.close();
});

test("what changes before the page hears of changes is seen too", async ({ page }) => {
  await signIn(page, "sales");
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.route("**/api/events", async (route) => {
    await opened;
    await route.continue();
  });
  await page.goto("/records/contact?sort=-created_at");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await create(page, "contact", { fields: { name: "Made meanwhile" } });
  open();
  await expect(page.getByRole("row", { name: /Made meanwhile/ })).toBeVisible();
});

test("an order whose process was cancelled is taken up again by a button", async ({ page }) => {
  await signIn(page, "manager");
  const order = await orderOf(page, "submitted", "15.00");
  const { items } = await (await page.request.get(`/api/records/order/${order}/instances`)).json();
  await page.goto(`/records/order/${order}`);
  const lock = page.getByRole("region", { name: "This record is locked" });
  await expect(lock).toContainText("Review credit");
  await expect(lock.getByRole("button")).toHaveCount(0);

  const cancelled = await page.request.post(`/api/instances/${items[0].key}/cancel`);
  expect(cancelled.status()).toBe(204);
  await expect(lock).toHaveCount(0);
  const released = page.getByRole("region", { name: "This record is not locked" });
  await expect(released).toContainText("No process is running on it now");
  await expect(page.getByRole("button", { name: "Edit Account" })).toHaveCount(1);
  await page.getByRole("button", { name: "More actions" }).click();
  await expect(page.getByRole("menuitem", { name: "Start “Order”" })).toBeVisible();
  await page.keyboard.press("Escape");
  await released.getByRole("button", { name: "Start “Order”" }).click();
  await expect(page.getByText("“Order” was started")).toBeVisible();
  await expect(lock).toContainText(/Review credit.*Manager/);
  await expect(lock.getByRole("button")).toHaveCount(0);
});

/** The order's line as it is now. */
async function line(page: Page, order: string) {
  const answer = await page.request.get(`/api/records/order/${order}`);
  return (await answer.json()).parts.lines[0];
}

async function editQuantity(page: Page, order: string, typed: string): Promise<void> {
  await page.goto(`/records/order/${order}`);
  await page.getByRole("button", { name: /^Edit .*-/ }).first().click();
  await page.getByLabel("Quantity").fill(typed);
}

for (const [choice, quantity] of [
  ["Mine", 7],
  ["Theirs", 5],
] as const) {
  test(`two people write the same line: ${choice.toLowerCase()} is kept`, async ({ page }) => {
    await signIn(page, "sales");
    const order = await orderOf(page, "draft", "100.00");
    await editQuantity(page, order, "7");
    const { key } = await line(page, order);
    await page.request.patch(`/api/records/order_line/${key}`, { data: { fields: { quantity: 5 } } });
    await page.getByRole("button", { name: "Save" }).click();
    const notice = page.getByRole("alert").filter({ hasText: "Someone changed this line" });
    await expect(notice).toContainText("Mine: 7");
    await expect(notice).toContainText("Theirs: 5");
    await expect(page.getByLabel("Quantity").first()).toHaveValue("7");
    await notice.getByText(new RegExp(`${choice}:`)).click();
    await page.getByRole("button", { name: "Save" }).click();
    // The notice goes as the saving begins, the inputs once it is done.
    await expect(notice).toBeHidden();
    await expect(page.getByRole("button", { name: "Save" })).toHaveCount(0);
    expect((await line(page, order)).fields.quantity).toBe(quantity);
  });
}

test("another field of the same line was changed: both changes stay", async ({ page }) => {
  await signIn(page, "sales");
  const order = await orderOf(page, "draft", "100.00");
  await editQuantity(page, order, "7");
  const { key } = await line(page, order);
  const fields = { unit_price: money("11.00") };
  await page.request.patch(`/api/records/order_line/${key}`, { data: { fields } });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Save" })).toHaveCount(0);
  const stored = (await line(page, order)).fields;
  expect([stored.quantity, stored.unit_price.amount]).toEqual([7, "11.00"]);
});

test("a line that was deleted meanwhile keeps what was typed", async ({ page }) => {
  await signIn(page, "sales");
  const order = await orderOf(page, "draft", "100.00");
  await editQuantity(page, order, "9");
  const { key } = await line(page, order);
  await page.request.delete(`/api/records/order_line/${key}`);
  await expect(page.getByText("Someone deleted this line meanwhile")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Someone deleted this line meanwhile")).toBeHidden();
  expect((await line(page, order)).fields.quantity).toBe(9);
});

test("a mail that was not sent is tried again by whoever repairs", async ({ page }) => {
  await signIn(page, "sales");
  await page.goto("/outbox?state=not_configured");
  const subject = page.getByRole("row").nth(1).getByRole("button");
  await subject.click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expect(page.getByRole("button", { name: "Send again" })).toHaveCount(0);
  await page.request.delete("/api/session");
  await signIn(page, "manager");
  await page.goto("/outbox?state=not_configured");
  await subject.click();
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByText("It is tried again")).toBeVisible();
});
