// What was typed and not saved yet is not lost without a question, whichever way one would leave it.
import type { Page } from "@playwright/test";
import { create, expect, money, signIn, test } from "./rondo.ts";

const question = (page: Page) => page.getByRole("dialog", { name: "Discard what you typed?" });
const stay = (page: Page) => question(page).getByRole("button", { name: "Stay" });
const discard = (page: Page) => question(page).getByRole("button", { name: "Discard" });

/** Begins an account after another page, so that there is a way back. */
async function beginAccount(page: Page): Promise<void> {
  await page.goto("/records/account");
  await page.getByRole("link", { name: "New Account" }).first().click();
  await expect(page).toHaveURL(/\/records\/account\/new/);
}

test("a new record that was begun is only left after a question", async ({ page }) => {
  await signIn(page, "sales");
  const ways: Record<string, () => Promise<unknown>> = {
    back: () => page.evaluate(() => history.back()),
    link: () => page.getByRole("link", { name: "Inbox" }).first().click(),
    cancel: () => page.getByRole("button", { name: "Cancel" }).click(),
  };
  for (const [way, leave] of Object.entries(ways)) {
    await beginAccount(page);
    await page.getByLabel("Name").fill("Half an account");
    await leave();
    // Escape stays, with everything as it was.
    await expect(stay(page), way).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(question(page), way).toHaveCount(0);
    await expect(page, way).toHaveURL(/\/records\/account\/new/);
    await expect(page.getByLabel("Name"), way).toHaveValue("Half an account");
    await leave();
    await stay(page).click();
    await expect(question(page), way).toHaveCount(0);
    await leave();
    await discard(page).click();
    await expect(page, way).not.toHaveURL(/\/new/);
    await expect(question(page), way).toHaveCount(0);
  }
});

test("a new record in which nothing was typed is left at once", async ({ page }) => {
  await signIn(page, "sales");
  await beginAccount(page);
  await page.getByLabel("Name").fill("Thought");
  await page.getByLabel("Name").fill("");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/records\/account$/);
  // What the server fills in by itself is not typed: an order begins with its owner.
  await page.goto("/records/order/new");
  await expect(page.getByRole("combobox", { name: "Owner" })).toHaveValue("Sam Okafor");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/records\/order$/);
});

test("the browser asks before it reloads or closes what was typed, and not after it was saved", async ({ page }) => {
  await signIn(page, "sales");
  const asked: string[] = [];
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.accept();
  });
  await beginAccount(page);
  await page.reload();
  expect(asked).toEqual([]);
  await page.getByLabel("Name").fill("Kept account");
  await page.reload();
  expect(asked).toEqual(["beforeunload"]);
  await page.getByLabel("Name").fill("Kept account");
  await page.getByLabel("E-mail").fill("kept@example.com");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Kept account");
  await page.reload();
  expect(asked).toEqual(["beforeunload"]);
});

test("a field that could not be saved is only left after a question", async ({ page }) => {
  await signIn(page, "sales");
  const key = await create(page, "account", {
    fields: { name: "Field account", email: "shop@example.com", credit_limit: money("10.00") },
  });
  await page.goto(`/records/account/${key}`);
  await page.getByRole("button", { name: "Edit E-mail" }).click();
  await page.getByRole("textbox", { name: "E-mail" }).fill("nonsense");
  await page.getByRole("link", { name: "Inbox" }).first().click();
  await expect(stay(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(question(page)).toHaveCount(0);
  await expect(page.getByRole("textbox", { name: "E-mail" })).toHaveValue("nonsense");
  await page.getByRole("textbox", { name: "E-mail" }).fill("better@example.com");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "better@example.com" })).toBeVisible();
  await page.getByRole("link", { name: "Inbox" }).first().click();
  await expect(page).toHaveURL(/\/inbox/);
});

test("a task's form that was begun is only left after a question", async ({ page }) => {
  await signIn(page, "manager");
  const account = await create(page, "account", {
    fields: { name: "Form account", email: "shop@example.com", credit_limit: money("15.00") },
  });
  const product = await create(page, "product", {
    fields: { sku: "Form", name: "Form lamp", price: money("10.00"), on_hand: 50 },
  });
  for (const _ of [1, 2]) {
    await create(page, "order", {
      fields: { account, status: "submitted" },
      parts: { lines: [{ fields: { product, quantity: 2, unit_price: money("10.00") } }] },
    });
  }
  await page.goto("/inbox");
  const tasks = page.getByRole("region", { name: "Inbox" }).getByRole("listitem").getByRole("button");
  const comment = page.locator(".rondo-form textarea");
  await expect(comment).toBeVisible();
  await tasks.nth(1).click();
  await expect(tasks.nth(1)).toHaveAttribute("aria-current", "true");
  await comment.fill("Half a thought");
  // Text fields of the form tell what they hold a moment after the last key.
  await comment.blur();
  await tasks.nth(0).click();
  await stay(page).click();
  await expect(comment).toHaveValue("Half a thought");
  await tasks.nth(0).click();
  await discard(page).click();
  await expect(tasks.nth(0)).toHaveAttribute("aria-current", "true");
  await expect(comment).toHaveValue("");
  await page.getByLabel(/Approve/).check();
  await page.getByRole("button", { name: "Complete task" }).click();
  await expect(page.getByText("Done: Review credit")).toBeVisible();
  await expect(question(page)).toHaveCount(0);
});

test("a mapping of columns that was begun is only left after a question", async ({ page }) => {
  await signIn(page, "sales");
  await page.goto("/records/account/import");
  await page.locator("input[type=file]").setInputFiles({
    name: "accounts.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("name,mail\nImported,shop@example.com\n"),
  });
  await page.getByRole("combobox", { name: /mail/ }).selectOption({ label: "E-mail" });
  await page.getByRole("button", { name: "Cancel" }).click();
  await stay(page).click();
  await expect(page.getByRole("combobox", { name: /mail/ })).toHaveValue("email");
  await page.getByRole("link", { name: "Inbox" }).first().click();
  await discard(page).click();
  await expect(page).toHaveURL(/\/inbox/);
});

test("a small dialog is closed at once where nothing was typed, and after a question where something was", async ({ page }) => {
  await signIn(page, "admin");
  const dialogs = [
    {
      at: "/tokens",
      open: () => page.getByRole("button", { name: "New token" }).click(),
      name: "New token",
      input: "input:not([type=hidden])",
    },
    {
      at: "/users",
      open: () => page.getByRole("button", { name: "Set password" }).first().click(),
      name: /^Password of/,
      input: "input[type=password]",
    },
    {
      at: "/inbox",
      open: async () => {
        await page.getByRole("navigation").getByRole("button").last().click();
        await page.getByRole("menuitem", { name: "Change password" }).click();
      },
      name: "Change password",
      input: "input[type=password]",
    },
  ];
  for (const { at, open, name, input } of dialogs) {
    await page.goto(at);
    const dialog = page.getByRole("dialog", { name });
    const typed = dialog.locator(input).first();
    await open();
    await expect(typed, at).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(dialog, at).toHaveCount(0);
    await expect(question(page), at).toHaveCount(0);

    await open();
    await typed.fill("Half a word");
    for (const leave of [
      () => page.keyboard.press("Escape"),
      () => dialog.getByRole("button", { name: "Cancel" }).click(),
      () => dialog.getByRole("button", { name: "Close" }).click(),
    ]) {
      await leave();
      // Escape answers the question, and leaves the dialog as it was.
      await expect(stay(page), at).toBeFocused();
      await page.keyboard.press("Escape");
      await expect(question(page), at).toHaveCount(0);
      await expect(typed, at).toHaveValue("Half a word");
    }
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await discard(page).click();
    await expect(dialog, at).toHaveCount(0);
    await expect(question(page), at).toHaveCount(0);
    // It begins anew, and what was discarded asks no more.
    await open();
    await expect(typed, at).toHaveValue("");
    await page.keyboard.press("Escape");
    await expect(dialog, at).toHaveCount(0);
  }
});

test("what was typed on the page stays guarded when a dialog above it is closed", async ({
  page,
}) => {
  await signIn(page, "sales");
  await beginAccount(page);
  await page.getByLabel("Name").fill("Half an account");
  await page
    .getByRole("navigation")
    .getByRole("button", { name: /Sam Okafor/ })
    .click();
  await page.getByRole("menuitem", { name: "Change password" }).click();
  const dialog = page.getByRole("dialog", { name: "Change password" });
  await dialog.getByLabel("Current password").fill("x");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await discard(page).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByLabel("Name")).toHaveValue("Half an account");
  await page.getByRole("link", { name: "Inbox" }).first().click();
  await expect(stay(page)).toBeFocused();
});

const signInAgain = (page: Page) => page.getByRole("dialog", { name: "You were signed out" });

/** Ends the session and tries to save. What the page still fetches may have opened the dialog before. */
async function saveWithoutSession(page: Page): Promise<void> {
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Save" }).dispatchEvent("click");
}

/** Enters what the dialog asks for, where the session has ended. */
async function signInOver(page: Page, password: string, login?: string): Promise<void> {
  const dialog = signInAgain(page);
  if (login !== undefined) await dialog.getByLabel("Login").fill(login);
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
}

test("what was typed outlives the end of the session: one signs in over the page", async ({ page }) => {
  await signIn(page, "sales");
  await beginAccount(page);
  await page.getByLabel("Name").fill("Outlasting account");
  await page.getByLabel("E-mail").fill("outlasting@example.com");
  await saveWithoutSession(page);
  const dialog = signInAgain(page);
  await expect(dialog.getByLabel("Login")).toHaveValue("sales");
  await expect(dialog.getByLabel("Password", { exact: true })).toBeFocused();
  await signInOver(page, "wrong");
  await expect(dialog.getByRole("alert")).toContainText("The name or the password is wrong");
  // Put off, it comes again with the next try.
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(question(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeVisible();
  const stream = page.waitForRequest(/\/api\/events/);
  await signInOver(page, "sales-demo");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("what you typed can be saved now")).toBeVisible();
  // What others do is told in the new session, too.
  await stream;
  await expect(page).toHaveURL(/\/records\/account\/new/);
  await expect(page.getByLabel("Name")).toHaveValue("Outlasting account");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Outlasting account");
  await expect(page.getByRole("link", { name: "outlasting@example.com" })).toBeVisible();
});

test("what was typed in a dialog outlives the end of the session, too", async ({ page }) => {
  await signIn(page, "admin");
  await page.goto("/tokens");
  await page.getByRole("button", { name: "New token" }).click();
  const below = page.getByRole("dialog", { name: "New token" });
  const typed = below.locator("input:not([type=hidden])").first();
  await typed.fill("Half a token");
  await page.context().clearCookies();
  await page.keyboard.press("Enter");
  await expect(signInAgain(page)).toBeVisible();
  // Escape is for what lies above.
  await page.keyboard.press("Escape");
  await expect(signInAgain(page)).toHaveCount(0);
  await expect(question(page)).toHaveCount(0);
  await expect(typed).toHaveValue("Half a token");
  await typed.press("Enter");
  await signInOver(page, "admin-demo");
  await expect(signInAgain(page)).toHaveCount(0);
  await typed.press("Enter");
  await expect(below.getByText("Copy this token now")).toBeVisible();
});

test("what somebody typed is not kept for somebody else", async ({ page }) => {
  await signIn(page, "sales");
  await beginAccount(page);
  await page.getByLabel("Name").fill("Not for the manager");
  await saveWithoutSession(page);
  await expect(signInAgain(page)).toBeVisible();
  await signInOver(page, "manager-demo", "manager");
  await expect(page).toHaveURL(/^https?:\/\/[^/]+\/$/);
  await expect(page.getByRole("navigation").getByRole("button", { name: /Maria Keller/ })).toBeVisible();
  await expect(signInAgain(page)).toHaveCount(0);
});
