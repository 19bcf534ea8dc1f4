// What the page does where the answer to a new order was lost: whatever is sent after it, at most one of them is
// saved, and the page says which.
import type { Page } from "@playwright/test";
import { create, expect, money, signIn, test } from "./rondo.ts";

// That no answer came is what these are about.
test.use({ expected: /ERR_FAILED|status of 4(22|29)/ });

const ORDERS = "**/api/records/order";

/** Cuts the next answer to a new order: before the server hears of it, or after it has done it. */
async function cut(page: Page, when: "before" | "after"): Promise<void> {
  await page.route(
    ORDERS,
    async (route) => {
      if (when === "after") await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
}

/** Enters an order of two of a product, for an account of its own; the way to ask which orders it has. */
async function begin(page: Page, name: string): Promise<() => Promise<number[]>> {
  await create(page, "account", {
    fields: { name, email: "shop@example.com", credit_limit: money("1000.00") },
  });
  const product = await create(page, "product", {
    fields: { sku: name, name: `${name} lamp`, price: money("10.00"), on_hand: 50 },
  });
  await page.goto("/records/order/new");
  await page.getByRole("combobox", { name: /Account|客户/ }).fill(name);
  await page.getByRole("option", { name }).click();
  await page.getByRole("combobox", { name: /Product|产品/ }).fill(name);
  await page.getByRole("option", { name: `${name} lamp` }).click();
  await quantity(page).fill("2");
  return async () => {
    const filter = encodeURIComponent(`product = "${product}"`);
    const answer = await page.request.get(`/api/records/order_line?filter=${filter}`);
    const { items } = await answer.json();
    return items.map((line: { fields: { quantity: number } }) => line.fields.quantity).sort();
  };
}

const quantity = (page: Page) => page.getByLabel(/Quantity|数量/);
const save = (page: Page) => page.getByRole("button", { name: /Save as Submitted|保存为已提交/ }).click();
const heading = (page: Page) => page.getByRole("heading", { level: 1 });

test("an order whose answer was lost is saved once, though it is changed before it is sent again", async ({ page }) => {
  await signIn(page, "sales");
  const quantities = await begin(page, "Lost answer");
  await cut(page, "after");
  await save(page);
  await expect(page.getByText("No answer from the server")).toBeVisible();
  await quantity(page).fill("3");
  await save(page);
  const notice = page.getByRole("alert").filter({ hasText: /SO-\d+ was saved already/ });
  await expect(notice).toContainText("what you changed since is not in it");
  await expect(page.getByRole("button", { name: "Save as Submitted" })).toBeDisabled();
  expect(await quantities()).toEqual([2]);
  await notice.getByRole("link", { name: /Open SO-/ }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(heading(page)).toHaveText(/SO-\d+/);
});

test("what was changed since can still be saved as another order", async ({ page }) => {
  await signIn(page, "sales");
  const quantities = await begin(page, "Another order");
  await cut(page, "after");
  await save(page);
  await expect(page.getByText("it is not saved twice")).toBeVisible();
  await quantity(page).fill("3");
  // Neither does another lost answer make a second one.
  await cut(page, "after");
  await save(page);
  await expect(page.getByText("it is not saved twice")).toBeVisible();
  await quantity(page).fill("4");
  await save(page);
  await page.getByRole("button", { name: "Save this as another Order" }).click();
  await expect(heading(page)).toHaveText(/SO-\d+/);
  expect(await quantities()).toEqual([2, 4]);
});

test("an order that never arrived is saved as it was changed", async ({ page }) => {
  await signIn(page, "sales");
  const quantities = await begin(page, "Never arrived");
  await cut(page, "before");
  await save(page);
  await expect(page.getByText("it is not saved twice")).toBeVisible();
  await quantity(page).fill("3");
  await save(page);
  await expect(heading(page)).toHaveText(/SO-\d+/);
  expect(await quantities()).toEqual([3]);
});

test("an order that was refused since is still not saved twice", async ({ page }) => {
  await signIn(page, "sales");
  const quantities = await begin(page, "Refused since");
  await cut(page, "after");
  await save(page);
  await expect(page.getByText("it is not saved twice")).toBeVisible();
  // This much is refused before anybody asks whether the first was done.
  await page.route(ORDERS, (route) => route.fulfill({ status: 429, json: { code: "overloaded" } }), {
    times: 1,
  });
  await quantity(page).fill("3");
  await save(page);
  await expect(page.getByRole("alert")).toHaveCount(1);
  await save(page);
  await expect(page.getByText(/SO-\d+ was saved already/)).toBeVisible();
  expect(await quantities()).toEqual([2]);
});

test("that an order was saved already is said in the reader's language", async ({ page }) => {
  await signIn(page, "sales");
  await page.evaluate(() => localStorage.setItem("rondo-language", "zh"));
  await begin(page, "Zwei");
  await cut(page, "after");
  await save(page);
  await expect(page.getByText("再试一次都不会重复保存")).toBeVisible();
  await quantity(page).fill("3");
  await save(page);
  await expect(page.getByText(/SO-\d+ 此前已保存/)).toBeVisible();
});
