// Without a mouse: everything that the day needs is reached, shows where one is, and says what it does.
import type { Page } from "@playwright/test";
import { create, expect, money, signIn, test } from "./rondo.ts";

/** The name of what has the focus, as a screen reader hears it; fails where nothing shows that it has it. */
async function focused(page: Page): Promise<string> {
  return page.evaluate(async () => {
    // Until what changes with the focus has changed.
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return "";
    const shown = [element, element.closest("[class*=wrapper], tr, li, label"), element.parentElement];
    const marked = shown.some((one) => {
      if (one === null) return false;
      return ["", "::after"].some((part) => {
        const style = getComputedStyle(one, part);
        const outlined = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0;
        return outlined || style.boxShadow !== "none" || style.borderColor.includes("47, 74, 201");
      });
    });
    const name = element.getAttribute("aria-label") ?? element.innerText.trim() ?? "";
    return marked ? name : `UNMARKED ${name} ${element.outerHTML.slice(0, 120)}`;
  });
}

for (const path of ["/", "/records/order", "/processes/order", "/outbox", "/users"]) {
  test(`on ${path} the focus is always seen`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await signIn(page, "admin");
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    const names: string[] = [];
    for (let step = 0; step < 45; step += 1) {
      await page.keyboard.press("Tab");
      names.push(await focused(page));
    }
    expect(names.filter((name) => name.startsWith("UNMARKED"))).toEqual([]);
    expect(names[0]).toBe("Skip to content");
  });
}

test("an order is found, opened and left by keys alone", async ({ page }) => {
  await signIn(page, "sales");
  const account = await create(page, "account", {
    fields: { name: "Keys Only", email: "shop@example.com", credit_limit: money("100.00") },
  });
  const order = await create(page, "order", { fields: { account, status: "draft" } });
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog").getByRole("textbox")).toBeFocused();
  await page.keyboard.type("keys only");
  await expect(page.getByRole("dialog").getByText("Keys Only")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/records/account/${account}`));

  await page.goto("/records/order?sort=-created_at");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/records/order/${order}`));
  await page.goBack();
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("nothing like it");
  await expect(page.getByText("Nothing found")).toBeVisible();
  await page.goto("/records/order");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await page.keyboard.press("c");
  await expect(page.getByRole("combobox", { name: "Account" })).toBeFocused();
});

test("who may not write is told so, and what is gone is said to be gone", async ({
  page,
  problems,
}) => {
  await signIn(page, "reader");
  await page.goto("/records/order/new");
  await expect(page.getByText("You may not do this")).toBeVisible();
  for (const path of ["/records/order/1", "/records/nonsense", "/instances/1", "/nonsense/at/all"]) {
    await page.goto(path);
    await expect(page.getByText("There is nothing here")).toBeVisible();
    await expect(page.getByRole("navigation").first()).toBeVisible();
    await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
  }
  // An object that there is none of stops the page's drawing, which its frame tells the console.
  expect(problems.filter((problem) => !problem.startsWith("RequestError"))).toEqual([]);
  problems.splice(0);
});
