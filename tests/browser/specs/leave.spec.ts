// An object, a process, a decision and a form that the page has never heard of, deployed through the API
// alone: list, entry, stage bar and inbox have them at once.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { expect, signIn, test } from "./rondo.ts";

function fixture(name: string): string {
  const address = new URL(`../../scenarios/fixtures/${name}`, import.meta.url);
  return readFileSync(fileURLToPath(address), "utf8");
}

test.beforeAll(async ({ playwright, served }) => {
  const basic = `Basic ${Buffer.from("admin:admin-demo").toString("base64")}`;
  const api = await playwright.request.newContext({
    baseURL: served,
    extraHTTPHeaders: { Authorization: basic },
  });
  const object = await api.put("/api/objects", { data: JSON.parse(fixture("leave_request.json")) });
  expect(object.ok(), await object.text()).toBe(true);
  const names = ["leave.dmn", "leave.form", "leave.bpmn"];
  const resources = names.map((name) => ({ name, content: fixture(name) }));
  const models = await api.post("/api/deployments", { data: { resources } });
  expect(models.ok(), await models.text()).toBe(true);
  await api.dispose();
});

/** Asks for a leave from its list, as a person does. */
async function ask(page: Page, subject: string, days: string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name: "Leave requests" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Leave requests");
  await page.getByRole("link", { name: "New Leave request" }).first().click();
  await page.getByLabel("Subject").fill(subject);
  await page.getByLabel("Days").fill(days);
  await page.getByRole("button", { name: "Save as Asked" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(subject);
}

function stages(page: Page) {
  return page.getByRole("navigation", { name: "Stages" }).getByRole("listitem");
}

test("a short leave is granted by the rule at once, and stands in the list", async ({ page }) => {
  await signIn(page, "sales");
  await page.goto("/records/leave_request");
  await expect(page.getByText("No Leave requests yet")).toBeVisible();
  await ask(page, "Dentist", "0.5");
  await expect(stages(page)).toHaveText([/^Asked.*done/, /^Granted.*current/]);
  await page.goto("/records/leave_request");
  await expect(page.getByRole("columnheader")).toHaveText(["Subject", "Days", "Status"]);
  await expect(page.getByRole("row", { name: "Dentist" }).getByRole("cell")).toHaveText([
    "Dentist",
    "0.5",
    "Granted",
  ]);
});

test("a long leave waits in the manager's inbox with its form", async ({ page }) => {
  await signIn(page, "manager");
  await ask(page, "Journey", "14");
  await expect(stages(page)).toHaveText([/^Asked.*current/, /^Granted.*not reached/, /^Refused.*not reached/]);
  await expect(page.locator("[aria-current=step]")).toHaveText(/^Asked/);

  await page.getByRole("navigation").getByRole("link", { name: "Inbox" }).click();
  await page.getByRole("button", { name: /Decide on the leave/ }).click();
  const task = page.getByRole("region", { name: "Task" });
  await expect(task).toContainText("Leave of 14 days");
  await task.getByLabel("Grant the leave").check();
  await task.getByRole("button", { name: "Complete task" }).click();
  await expect(page.getByText("Done: Decide on the leave")).toBeVisible();
  await expect(page.getByRole("button", { name: /Decide on the leave/ })).toHaveCount(0);

  await page.goto("/records/leave_request");
  await page.getByRole("link", { name: "Journey" }).click();
  await expect(stages(page)).toHaveText([/^Asked.*done/, /^Granted.*current/]);
  const timeline = page.getByRole("region", { name: "Timeline" });
  await expect(timeline).toContainText("Decide on the leave");
  await timeline.getByRole("button", { name: "Leave rule" }).click();
  const matched = page.getByRole("dialog").locator("tr[data-matched=true]");
  await expect(matched.getByRole("cell")).toHaveText(["> 2", "ask"]);
});
