// Importing a file on the page, as a salesperson does: what its columns mean, what becomes of it, and the
// records flowing through their process.
import type { Page } from "@playwright/test";
import { create, expect, money, serve, signIn, test } from "./rondo.ts";

const HEADER = "order_ref,account_ref,sku,quantity,remark";

async function shop(page: Page, name: string): Promise<void> {
  await create(page, "account", {
    fields: {
      name,
      external_id: name,
      email: "shop@example.com",
      credit_limit: money("1000000.00"),
    },
  });
  await create(page, "product", {
    fields: { sku: name, name, price: money("1.00"), on_hand: 1_000_000 },
  });
}

async function choose(page: Page, name: string, content: string | Buffer): Promise<void> {
  const buffer = typeof content === "string" ? Buffer.from(content) : content;
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer });
}

function figure(page: Page, name: string) {
  return page.locator("dl > div", { hasText: name }).locator("dd");
}

test("ten thousand orders are imported and watched as they flow through", async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, "sales");
  await shop(page, "BULK");
  const rows = Array.from({ length: 10_000 }, (_, order) => `B-${order},BULK,BULK,1,`);
  await page.goto("/records/order");
  await page.getByRole("link", { name: "Import" }).click();
  await choose(page, "orders.csv", [HEADER, ...rows].join("\n"));
  await expect(page.getByLabel("Field for column account_ref")).toHaveValue("account.external_id");
  await expect(page.getByLabel("Field for column sku")).toHaveValue("lines.product.sku");
  await expect(page.getByRole("button", { name: "Start import" })).toBeDisabled();
  await page.getByLabel("Field for column remark").selectOption({ label: "Leave out" });
  await page.getByRole("button", { name: "Start import" }).click();

  // The import goes on while one watches, and every page says so.
  await expect(page.getByRole("link", { name: /Importing Orders/ })).toBeVisible();
  await page.getByRole("link", { name: "Watch them flow through" }).click();
  await expect(page.locator(".djs-overlay").first()).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("button", { name: "Import another file" })).toBeVisible({
    timeout: 150_000,
  });
  await expect(figure(page, "Created")).toHaveText("10,000");
  await expect(figure(page, "Refused rows")).toHaveText("0");
  await page.getByRole("link", { name: "Watch them flow through" }).click();
  await expect(page.locator(".djs-overlay", { hasText: "10K" }).first()).toBeVisible();
});

test("refused rows are told with line, column and reason, and come back as a file", async ({ page }) => {
  await signIn(page, "sales");
  await shop(page, "SMALL");
  await page.goto("/records/order/import");
  const file = `${HEADER}\nS-1,SMALL,SMALL,1,\nS-2,SMALL,NONE,1,\nS-3,SMALL,SMALL,many,\n`;
  await choose(page, "some.csv", file);
  await page.getByLabel("Field for column remark").selectOption("-");
  await page.getByRole("button", { name: "Start import" }).click();
  await expect(figure(page, "Created")).toHaveText("1");
  const refused = page.getByRole("region", { name: "2 rows were refused" });
  await expect(refused.getByRole("row").nth(1)).toHaveText(/3\s*sku\s*No Product has “NONE” as its SKU/);
  await expect(refused.getByRole("row").nth(2)).toHaveText(/4\s*quantity/);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download refused rows" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("some.refused.csv");

  // The same file again creates nothing twice.
  await page.getByRole("button", { name: "Import another file" }).click();
  await choose(page, "some.csv", file);
  await page.getByLabel("Field for column remark").selectOption("-");
  await page.getByRole("button", { name: "Start import" }).click();
  await expect(figure(page, "Already there")).toHaveText("1");
  await expect(figure(page, "Created")).toHaveText("0");
});

test("why rows were refused is said in Chinese too", async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem("rondo-language", "zh"));
  await signIn(page, "sales");
  await shop(page, "ZH");
  await page.goto("/records/order/import");
  const rows = ["Z-1,ZH,NONE,1,", "Z-2,ZH,ZH,many,", "Z-3,ZH", "Z-4,ZH,ZH,1,", "Z-4,ZH,NONE,1,"];
  await choose(page, "zh.csv", [HEADER, ...rows].join("\n"));
  await page.locator("select").last().selectOption("-");
  await page.getByRole("button", { name: "开始导入" }).click();
  const reasons = page.getByRole("region", { name: /行被拒绝/ }).getByRole("row");
  await expect(reasons.nth(1)).toContainText("没有货号为“NONE”的产品");
  await expect(reasons.nth(2)).toContainText("与字段类型不符");
  await expect(reasons.nth(3)).toContainText("该行有 2 个单元格，而标题行有 5 个");
  await expect(reasons.nth(4)).toContainText("因第 6 行有误，该记录整体被拒绝");
});

/** Imports on the page until some records are there. */
async function half(page: Page, file: string): Promise<void> {
  await choose(page, "half.csv", file);
  await page.getByLabel("Field for column remark").selectOption("-");
  await page.getByRole("button", { name: "Start import" }).click();
  await expect(figure(page, "Created")).not.toHaveText("0", { timeout: 30_000 });
}

/** Imports the same file again to its end; nothing is lost and nothing is doubled. */
async function enterTheRest(page: Page, file: string, count: number): Promise<void> {
  await page.getByRole("button", { name: "Import another file" }).click();
  await choose(page, "half.csv", file);
  await page.getByLabel("Field for column remark").selectOption("-");
  await page.getByRole("button", { name: "Start import" }).click();
  await expect(page.getByRole("button", { name: "Import another file" })).toBeVisible({
    timeout: 60_000,
  });
  const read = async (name: string) => Number((await figure(page, name).innerText()).replace(",", ""));
  expect(await read("Already there")).toBeGreaterThan(0);
  expect((await read("Already there")) + (await read("Created"))).toBe(count);
  await expect(figure(page, "Refused rows")).toHaveText("0");
}

function orders(shop: string, count: number): string {
  const rows = Array.from({ length: count }, (_, order) => `${shop}-${order},${shop},${shop},1,`);
  return [HEADER, ...rows].join("\n");
}

test("an import that is stopped keeps what was created, and can be repeated", async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, "sales");
  await shop(page, "STOP");
  await page.goto("/records/order/import");
  const file = orders("STOP", 2000);
  await half(page, file);
  await page.getByRole("button", { name: "Stop import" }).click();
  const notice = page.getByRole("alert").filter({ hasText: "What was created stays" });
  await expect(notice).toBeVisible();
  await enterTheRest(page, file, 2000);
});

test("an import whose server dies says so, and can be repeated", async ({ page, problems }) => {
  test.setTimeout(120_000);
  const server = await serve("--demo");
  try {
    await signIn(page, "sales", server.address);
    await shop(page, "DIES");
    await page.goto(`${server.address}/records/order/import`);
    const file = orders("DIES", 2000);
    await half(page, file);
    await server.kill();
    await expect(page.getByRole("alert").filter({ hasText: "The connection broke off" })).toBeVisible();
    await expect(page.getByRole("status").filter({ hasText: "connection" })).toBeVisible();
    await server.revive();
    await expect(page.getByRole("status").filter({ hasText: "connection" })).toBeHidden({
      timeout: 20_000,
    });
    await enterTheRest(page, file, 2000);
    // While there is no server, a browser says so itself.
    problems.splice(0);
  } finally {
    // A page that is still open would complain that its server is gone.
    await page.goto("about:blank");
    await server.stop();
  }
});

test("the sample file can be imported as it is", async ({ page }) => {
  await signIn(page, "sales");
  await page.goto("/records/order/import");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download sample" }).click(),
  ]);
  await page.locator("input[type=file]").setInputFiles(await download.path());
  await page.getByRole("button", { name: "Start import" }).click();
  await expect(figure(page, "Created")).toHaveText("2");
});

for (const [what, content, reason] of [
  ["a million columns", `${"a,".repeat(1_000_000)}a\n`, "The first row is longer than 256 KB"],
  ["other separators", "order_ref|account_ref\nA|B\n", "Columns are separated by `,`, `;` or tabs, not by `|`"],
  ["an empty file", "", "The file is empty"],
  ["a workbook", Buffer.from([0x50, 0x4b, 0x03, 0x04, 0]), "This is a spreadsheet"],
  ["a column that means nothing", "order_ref,colour\nA,red\n", "Choose a field, or leave the column out"],
  ["a missing account", "order_ref,sku,quantity\nA,B,1\n", "`account` is required"],
] as const) {
  test(`${what}: the page says so before anything is imported`, async ({ page }) => {
    await signIn(page, "sales");
    await page.goto("/records/order/import");
    await choose(page, "bad.csv", content);
    await expect(page.getByText(reason).first()).toBeVisible();
    const start = page.getByRole("button", { name: "Start import" });
    if (await start.isVisible()) await expect(start).toBeDisabled();
  });
}

test("a file that is too long never leaves the browser", async ({ page }) => {
  await signIn(page, "sales");
  await page.goto("/records/order/import");
  // The cell would never end.
  await page.locator("input[type=file]").evaluate((input: HTMLInputElement) => {
    const piece = new Blob(["x".repeat(1024 * 1024)]);
    const parts = [new Blob([`order_ref,account_ref,sku,quantity\nA,`]), ...Array(1024).fill(piece)];
    const files = new DataTransfer();
    files.items.add(new File(parts, "huge.csv", { type: "text/csv" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await expect(page.getByText("The file is too long")).toBeVisible();
});
