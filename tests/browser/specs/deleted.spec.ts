// A record that somebody else deletes while its page is open: the page says so at once, and shows what was being
// typed, to be copied.
import type { Page } from "@playwright/test";
import { create, expect, money, signIn, test } from "./rondo.ts";

async function openAccount(page: Page, name: string): Promise<string> {
  const key = await create(page, "account", {
    fields: { name, email: "shop@example.com", credit_limit: money("10.00") },
  });
  await page.goto(`/records/account/${key}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByText("Created").first()).toBeVisible();
  return key;
}

async function remove(page: Page, object: string, key: string): Promise<void> {
  const answer = await page.request.delete(`/api/records/${object}/${key}`);
  expect(answer.status(), await answer.text()).toBe(204);
}

test("the page of a record that somebody deletes says so at once, and leads back to the list", async ({ page }) => {
  await signIn(page, "sales");
  const key = await openAccount(page, "Soon gone");
  await remove(page, "account", key);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Soon gone was deleted");
  await expect(page.getByText(/Sam Okafor deleted it/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Edit / })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "New Contact" })).toHaveCount(0);
  await page.getByRole("link", { name: "Back to Accounts" }).click();
  await expect(page).toHaveURL(/\/records\/account$/);
});

test("what was being typed into a record that somebody deletes can be copied", async ({ page }) => {
  await signIn(page, "sales");
  const key = await openAccount(page, "Gone while typing");
  await page.getByRole("button", { name: "Edit Name" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("A name thought out at length");
  await remove(page, "account", key);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Gone while typing was deleted");
  const typed = page.getByRole("region", { name: "What you were typing" });
  await expect(typed).toContainText("It cannot be saved any more");
  const text = typed.getByRole("textbox", { name: "Name" });
  await expect(text).toHaveValue("A name thought out at length");
  await expect(text).toHaveAttribute("readonly");
  // Nor is it left by an oversight.
  await page.getByRole("link", { name: "Back to Accounts" }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page).toHaveURL(/\/records\/account$/);
});

test("that a record was deleted is said in the reader's language", async ({ page }) => {
  await signIn(page, "sales");
  const key = await openAccount(page, "Verschwunden");
  await page.evaluate(() => localStorage.setItem("rondo-language", "zh"));
  await page.reload();
  await page.getByRole("button", { name: /编辑/ }).first().click();
  await page.getByRole("textbox", { name: "名称" }).fill("其他");
  await remove(page, "account", key);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Verschwunden 已被删除");
  await expect(page.getByText("这些内容已无法保存")).toBeVisible();
});

test("whoever deletes a record is led to the list", async ({ page }) => {
  await signIn(page, "sales");
  await openAccount(page, "Deleted here");
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(/\/records\/account$/);
});
