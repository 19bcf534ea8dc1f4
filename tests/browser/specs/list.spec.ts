// A list as people work with it: narrowed by conditions and by FEEL, put in order, long; and from it to a
// record whose fields are edited where they stand, with the records that refer to it.
import type { Page } from "@playwright/test";
import { create, expect, money, signIn, test } from "./rondo.ts";

function rows(page: Page, object: string) {
  return page.getByRole("region", { name: object }).locator("tbody tr[aria-rowindex]");
}

/** Accounts of one town, so that no other test's are among them. */
async function accounts(page: Page, city: string, limits: readonly number[]): Promise<string[]> {
  const keys = [];
  for (const limit of limits) {
    const fields = {
      name: `Shop ${limit}`,
      email: "shop@example.com",
      city,
      credit_limit: money(`${limit}.00`),
      industry: limit > 100 ? "retail" : "food",
    };
    keys.push(await create(page, "account", { fields }));
  }
  return keys;
}

async function addCondition(page: Page, field: string, comparison: string | undefined, value: string) {
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("combobox", { name: "Field" }).click();
  await form.getByRole("option", { name: field, exact: true }).click();
  if (comparison !== undefined) {
    await form.getByRole("combobox", { name: "Comparison" }).click();
    await form.getByRole("option", { name: comparison, exact: true }).click();
  }
  await form.getByLabel("Value").fill(value);
  await form.getByRole("button", { name: "Apply" }).click();
  await expect(form).toBeHidden();
}

test("a list is narrowed by conditions that stand in its address, and by FEEL", async ({ page }) => {
  await signIn(page, "sales");
  await accounts(page, "Filterton", [90, 200, 1000]);
  await page.goto("/records/account");
  await addCondition(page, "City", undefined, "Filterton");
  await expect(rows(page, "Accounts")).toHaveCount(3);
  await addCondition(page, "Credit limit", ">", "90");
  await expect(rows(page, "Accounts")).toHaveCount(2);
  await expect(page.getByText("2 records")).toBeVisible();
  await page.reload();
  await expect(rows(page, "Accounts")).toHaveCount(2);

  // The same as text, and what text can say beyond conditions.
  await page.getByRole("button", { name: "Write the filter as FEEL" }).click();
  const text = page.getByRole("textbox", { name: "Filter in FEEL" });
  await expect(text).toHaveValue('starts with(city, "Filterton") and credit_limit > 90');
  await text.fill('city = "Filterton" and (credit_limit < 100 or credit_limit >= 1000)');
  await text.press("Enter");
  await expect(rows(page, "Accounts")).toHaveCount(2);
  await expect(rows(page, "Accounts").filter({ hasText: "Shop 200" })).toHaveCount(0);
  await text.fill("city = and");
  await text.press("Enter");
  await expect(page.getByText("Expected an expression, found `and`")).toBeVisible();
  await page.getByRole("button", { name: "Close the filter text" }).click();
  await expect(page).not.toHaveURL(/filter=/);

  await addCondition(page, "City", undefined, "Filterton");
  await expect(rows(page, "Accounts")).toHaveCount(3);
  await page.getByRole("button", { name: "Remove this condition" }).click();
  await expect(page).not.toHaveURL(/filter=/);
  await expect(page.getByRole("button", { name: "Remove this condition" })).toHaveCount(0);
});

test("a press on a column puts a list in its order, by value", async ({ page }) => {
  await signIn(page, "sales");
  await accounts(page, "Sortham", [90, 1000, 200]);
  await page.goto(`/records/account?filter=${encodeURIComponent('city = "Sortham"')}`);
  const column = page.getByRole("columnheader", { name: "Credit limit" });
  const names = rows(page, "Accounts").getByRole("link");
  await column.getByRole("button").click();
  await expect(column).toHaveAttribute("aria-sort", "ascending");
  await expect(names).toHaveText(["Shop 90", "Shop 200", "Shop 1000"]);
  await column.getByRole("button").click();
  await expect(column).toHaveAttribute("aria-sort", "descending");
  await expect(names).toHaveText(["Shop 1000", "Shop 200", "Shop 90"]);
  await expect(page).toHaveURL(/sort=-credit_limit/);
  await column.getByRole("button").click();
  await expect(column).toHaveAttribute("aria-sort", "none");
  await expect(page).not.toHaveURL(/sort=/);
});

test("a field is edited where it stands, and what does not fit is refused there", async ({ page }) => {
  await signIn(page, "sales");
  const [account] = await accounts(page, "Oldtown", [90]);
  const stored = async () => (await (await page.request.get(`/api/records/account/${account}`)).json()).fields;
  await page.goto(`/records/account/${account}`);
  const edit = (field: string) => page.getByRole("button", { name: `Edit ${field}`, exact: true });
  const box = (field: string) => page.getByRole("textbox", { name: field, exact: true });
  const timeline = page.getByRole("region", { name: "Timeline" });

  await edit("City").click();
  await box("City").fill("Newtown");
  await box("City").press("Enter");
  await expect(edit("City")).toBeFocused();
  await expect(timeline).toContainText(/City\s*Oldtown\s*→\s*Newtown/);
  expect((await stored()).city).toBe("Newtown");

  await edit("E-mail").click();
  await box("E-mail").fill("nobody");
  await box("E-mail").press("Enter");
  await expect(page.getByText("Write an e-mail address such as anna@example.com")).toBeVisible();
  await expect(box("E-mail")).toHaveValue("nobody");
  await box("E-mail").press("Escape");
  await expect(page.getByRole("link", { name: "shop@example.com" })).toBeVisible();
  expect((await stored()).email).toBe("shop@example.com");

  await edit("Name").click();
  await box("Name").fill("");
  await box("Name").press("Enter");
  await expect(page.getByText("This is required")).toBeVisible();
  await box("Name").press("Escape");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Shop 90");

  await edit("Industry").click();
  await page.getByRole("combobox", { name: "Industry" }).click();
  await page.getByRole("option", { name: "Education" }).click();
  await expect(timeline).toContainText(/Industry\s*Food and drink\s*→\s*Education/);
  expect((await stored()).industry).toBe("education");
  // Only a process writes the open amount.
  await expect(edit("Credit limit")).toHaveCount(1);
  await expect(edit("Open amount")).toHaveCount(0);
});

test("a record shows what refers to it, leads to all of it, and begins more of it", async ({ page }) => {
  await signIn(page, "sales");
  const [account] = await accounts(page, "Contactham", [90]);
  for (let one = 1; one <= 7; one += 1) {
    await create(page, "contact", { fields: { name: `Person ${one}`, account } });
  }
  await page.goto(`/records/account/${account}`);
  const contacts = page.getByRole("region", { name: "Contacts" });
  await expect(contacts.getByRole("link", { name: /^Person/ })).toHaveCount(5);
  await expect(page.getByRole("region", { name: "Orders" })).toContainText("None yet.");
  await contacts.getByRole("link", { name: "Show all 7" }).click();
  await expect(rows(page, "Contacts")).toHaveCount(7);

  await page.goto(`/records/account/${account}`);
  await contacts.getByRole("link", { name: "New Contact" }).click();
  await expect(page.getByRole("combobox", { name: "Account" })).toHaveValue("Shop 90");
  await page.getByRole("textbox", { name: "Name" }).fill("Person 8");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("region", { name: "Details" }).getByRole("link", { name: "Shop 90" }).click();
  await expect(contacts.getByRole("link", { name: "Person 8" })).toBeVisible();
  await expect(contacts.getByRole("link", { name: "Show all 8" })).toBeVisible();
});

test("of ten thousand records only those in view are rows of the page", async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, "sales");
  const lines = Array.from({ length: 10_000 }, (_, one) => `LONG-${one},Long list ${one},1.00`);
  const imported = await page.request.post("/api/imports/product", {
    data: ["sku,name,price", ...lines].join("\n"),
    headers: { "Content-Type": "text/csv" },
    timeout: 90_000,
  });
  expect((await imported.json()).created, await imported.text()).toBe(10_000);
  const filter = encodeURIComponent('starts with(sku, "LONG-")');
  await page.goto(`/records/product?filter=${filter}&sort=-sku`);
  await expect(page.getByText("10,000 records")).toBeVisible();

  // Far down, more are fetched as one nears the end; what went out of view is gone.
  const list = page.getByRole("region", { name: "Products" });
  const shown = rows(page, "Products");
  const last = async () => Number(await shown.last().getAttribute("aria-rowindex"));
  await expect
    .poll(
      async () => {
        await list.evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
        return last();
      },
      { timeout: 60_000 },
    )
    .toBeGreaterThan(400);
  expect(await shown.count()).toBeLessThan(80);
  await expect(page.locator("tr[aria-rowindex='2']")).toHaveCount(0);
  await list.evaluate((scroller) => scroller.scrollTo(0, 0));
  await expect(page.locator("tr[aria-rowindex='2']")).toContainText("LONG-9999");
  expect(await shown.count()).toBeLessThan(80);
});
