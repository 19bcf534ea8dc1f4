// A decision is seen as what it does: a table as its rules, a tree as a tree, and of an evaluated tree the way
// that it took.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import axe from "axe-core";
import { create, expect, money, signIn, test } from "./rondo.ts";

const file = (name: string) => ({
  name,
  content: readFileSync(new URL(`models/${name}`, import.meta.url), "utf8"),
});

/** Deploys the tree and the process that asks it. */
async function deploy(page: Page, tree = file("credit-terms.tree.yaml")): Promise<void> {
  const resources = [tree, file("credit-terms.bpmn")];
  const answer = await page.request.post("/api/deployments", { data: { resources } });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** An account for which the terms were decided. */
async function decided(page: Page, limit: string, industry: string): Promise<string> {
  const account = await create(page, "account", {
    fields: { name: "Tree Shop", email: "a@example.com", city: "Treeton", credit_limit: money(limit), industry },
  });
  const path = `/api/records/account/${account}/processes/credit_terms_of_account`;
  const started = await page.request.post(path, { data: {} });
  expect(started.ok(), await started.text()).toBe(true);
  return account;
}

test("a decision tree is drawn with every node once, and reached from its process", async ({ page }) => {
  await signIn(page, "manager");
  await deploy(page);
  await page.goto("/processes/credit_terms_of_account");
  await page.getByRole("link", { name: "Credit terms", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Credit terms");
  const tree = page.getByRole("group", { name: "Decision tree of Credit terms" });
  const nodes = tree.locator("[data-node]");
  await expect(nodes).toHaveCount(7);
  // Two branches lead to node 3; it stands once, and both say so.
  await expect(tree.locator('[data-node="3"]')).toHaveCount(1);
  await expect(tree.getByText("leads to node 3")).toHaveCount(2);
  await expect(tree.locator('[data-node="1"]')).toContainText(/1\s*limit\s*< 1000/);
  await expect(tree.locator("svg g[data-taken]")).toHaveCount(7);
  await expect(tree.locator("svg g[data-taken=true]")).toHaveCount(0);
  await noLineRunsThroughANode(page);

  // Another version is another tree, and the address says which one is shown.
  const { name, content } = file("credit-terms.tree.yaml");
  await deploy(page, { name, content: content.replaceAll("60 days", "90 days") });
  await page.reload();
  await expect(tree.getByText('"90 days"')).toBeVisible();
  await page.getByRole("combobox", { name: "Versions" }).click();
  await page.getByRole("option", { name: "Version 1" }).click();
  await expect(page).toHaveURL(/version=1/);
  await expect(tree.getByText('"60 days"')).toBeVisible();
});

test("of an evaluated tree the way that was taken is marked", async ({ page }) => {
  await signIn(page, "manager");
  await deploy(page);
  const account = await decided(page, "8000.00", "food");
  await page.goto(`/records/account/${account}`);
  await page.getByRole("button", { name: "Credit terms" }).first().click();
  const tree = page.getByRole("dialog").getByRole("group", { name: "Decision tree of Credit terms" });
  const way = tree.locator("[data-node][data-way=true]");
  await expect(way).toHaveCount(4);
  await expect(way.nth(0)).toContainText(/1\s*limit\s*Answer\s*8,000/);
  await expect(way.nth(1)).toContainText(/2\s*industry\s*Answer\s*food/);
  await expect(way.nth(2)).toContainText(/3.*Answer\s*0/);
  await expect(way.nth(3)).toContainText('"30 days"');
  await expect(way.nth(3).getByRole("img", { name: "Reached" })).toBeVisible();
  await expect(tree.locator("li[data-taken=true]")).toHaveText([/>= 5000/, /"retail", "food"/, /< 0.5/]);
  await expect(tree.locator("svg g[data-taken=true]")).toHaveCount(3);
  await expect(tree.locator("[data-node][data-way=false]")).toHaveCount(3);

  // From there one comes to the version that decided, and the instance's page shows the same.
  await page.getByRole("dialog").getByRole("link", { name: /^Version \d+$/ }).click();
  await expect(page).toHaveURL(/\/decisions\/credit_terms\?version=\d+/);
  const instances = await page.request.get(`/api/records/account/${account}/instances`);
  await page.goto(`/instances/${(await instances.json()).items[0].key}?tab=decisions`);
  await expect(page.locator("li[data-taken=true]")).toHaveCount(3);
});

test("a table is shown as its rules, and decisions lead to those that they require", async ({ page }) => {
  await signIn(page, "manager");
  await page.goto("/decisions");
  await page.getByRole("link", { name: "Order acceptance", exact: true }).click();
  const table = page.getByRole("group", { name: "Order acceptance" }).getByRole("table");
  await expect(table.getByRole("row")).not.toHaveCount(1);
  await expect(table.locator("tr[data-matched=true]")).toHaveCount(0);
  await expect(page.getByText("Unique – at most one rule matches")).toBeVisible();
  await page.getByRole("link", { name: "shortages", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("shortages");
  await expect(page.locator("pre, dl code").first()).toBeVisible();
  await page.goto("/decisions/nothing_like_it");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
});

test("a tree is drawn by itself on a narrow screen, and has no barrier", async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, "manager");
  await deploy(page);
  const account = await decided(page, "2000.00", "retail");
  const decisions = await page.request.get(`/api/records/account/${account}/decisions`);
  const decision = (await decisions.json()).items[0].key;
  for (const language of ["en", "zh"] as const) {
    await page.evaluate((chosen) => localStorage.setItem("rondo-language", chosen), language);
    for (const path of ["/decisions", "/decisions/credit_terms", `/records/account/${account}?decision=${decision}`]) {
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(path);
        await expect(page.locator("[data-node], tbody tr").first()).toBeVisible();
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(beyond, `${path} at ${width}`).toBeLessThanOrEqual(0);
        await check(page, `${path} (${language}, ${width})`);
      }
    }
  }
});

/** No line of a branch passes below a card, where one would lose it. */
async function noLineRunsThroughANode(page: Page): Promise<void> {
  const crossed = await page.evaluate(() => {
    const cards = [...document.querySelectorAll("[data-node]")].map((one) => one.getBoundingClientRect());
    const lines = [...document.querySelectorAll<SVGPathElement>("svg g[data-taken] path:first-child")];
    return lines.flatMap((line) => {
      const origin = line.ownerSVGElement?.getBoundingClientRect() ?? new DOMRect();
      const points = Array.from({ length: 60 }, (_, step) => line.getPointAtLength((line.getTotalLength() * step) / 59));
      return points.filter(({ x, y }) =>
        cards.some((card) => {
          const [left, top] = [x + origin.left, y + origin.top];
          return left > card.left + 2 && left < card.right - 2 && top > card.top + 2 && top < card.bottom - 2;
        }),
      );
    });
  });
  expect(crossed).toEqual([]);
}

async function check(page: Page, what: string): Promise<void> {
  await page.evaluate(axe.source);
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", scheme);
    const found = await page.evaluate(async () => {
      const moving = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
      await Promise.allSettled(moving.map((one) => one.finished));
      const result = await (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"] });
      return result.violations.map(
        (one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`,
      );
    });
    expect.soft(found, `${what} (${scheme})`).toEqual([]);
  }
}
