// One's own session on the page: leaving it, changing the password that opens it, and what the outbox says
// while there is no mail server. On a server of its own, for a changed password is not changed back.
import type { Page } from "@playwright/test";
import { expect, serve, signIn, test, type Served } from "./rondo.ts";

let server: Served;
test.beforeAll(async () => {
  server = await serve("--demo");
});
test.afterAll(() => server.stop());

async function inUserMenu(page: Page, item: string): Promise<void> {
  await page.getByRole("navigation").getByRole("button", { name: /Sam Okafor/ }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

async function enter(page: Page, password: string): Promise<void> {
  await page.getByLabel("Login").fill("sales");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("whoever signs out is out: no page and no call of the API opens without a password", async ({ page }) => {
  await signIn(page, "sales", server.address);
  await page.goto(`${server.address}/records/order`);
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await inUserMenu(page, "Sign out");
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  expect((await page.request.get(`${server.address}/api/records/order`)).status()).toBe(401);
  await page.goto(`${server.address}/records/order`);
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByRole("row")).toHaveCount(0);
  // Whoever comes back is where they wanted to go.
  await enter(page, "sales-demo");
  await expect(page).toHaveURL(/\/records\/order$/);
});

test("a password is changed by whoever knows it, and ends the other sessions", async ({ page, browser }) => {
  await signIn(page, "sales", server.address);
  const other = await browser.newPage();
  await signIn(other, "sales", server.address);
  await inUserMenu(page, "Change password");
  const dialog = page.getByRole("dialog", { name: "Change password" });
  const change = async (current: string, next: string) => {
    await dialog.getByLabel("Current password").fill(current);
    await dialog.getByLabel("New password").fill(next);
    await dialog.getByRole("button", { name: "Change password" }).click();
  };
  await change("not-my-password", "a-better-one");
  await expect(dialog.getByRole("alert")).toContainText("The current password is wrong");
  await change("sales-demo", "short");
  await expect(dialog.getByRole("alert")).toContainText("at least 8 characters");
  await change("sales-demo", "a-better-one");
  await expect(dialog).toBeHidden();
  await expect(page.getByText("The password is changed")).toBeVisible();

  expect((await other.request.get(`${server.address}/api/records/order`)).status()).toBe(401);
  await other.close();
  await inUserMenu(page, "Sign out");
  await expect(page).toHaveURL(/\/sign-in/);
  await enter(page, "sales-demo");
  await expect(page.getByRole("alert")).toContainText("The name or the password is wrong");
  await enter(page, "a-better-one");
  await expect(page.getByRole("navigation").getByRole("button", { name: /Sam Okafor/ })).toBeVisible();
});

for (const [language, state, hint, again, told] of [
  [
    "en",
    "Not sent: no mail server",
    "Mails are kept here but not sent: no mail server is configured.",
    "Send again",
    "stays here as long as no mail server is configured",
  ],
  [
    "zh",
    "未发送：无邮件服务器",
    "邮件已保存但未发送：尚未配置邮件服务器。",
    "重新发送",
    "未配置邮件服务器时，邮件会一直保留在此处",
  ],
] as const) {
  test(`a mail that waits for a mail server says so (${language})`, async ({ page }) => {
    await page.addInitScript((chosen) => localStorage.setItem("rondo-language", chosen), language);
    await signIn(page, "manager", server.address);
    await page.goto(`${server.address}/outbox`);
    const mail = page.getByRole("row").nth(1);
    await expect(mail).toContainText(state);
    await expect(page.getByText(hint)).toBeVisible();
    await mail.getByRole("button").click();
    await expect(page.getByRole("dialog")).toContainText(state);
    // Whoever asks for it nevertheless is not told that it leaves.
    await page.getByRole("button", { name: again }).click();
    await expect(page.getByText(told)).toBeVisible();
    await expect(page.getByRole("dialog")).toContainText(state);
  });
}
