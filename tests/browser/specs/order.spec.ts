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
  await page.getByRole("combobox", { name: "Product" }).fill("Lantern");
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

  await page.goto("/inbox");
  await page.getByText(number).first().click();
  await page.getByLabel(/Approve/).check();
  await page.getByRole("button", { name: "Complete task" }).click();

  await page.goto(`/records/order/${order}`);
  await expect(page.locator("[aria-current=step]")).toHaveText(/Accepted/);
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
