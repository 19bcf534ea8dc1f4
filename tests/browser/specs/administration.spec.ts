// What an administrator does: the first visit, users, tokens, models that are refused, instances that are
// stuck, records that go. Each on the real server, with what people get wrong.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { create, expect, serve, signIn, test } from "./rondo.ts";

const STUCK = readFileSync(fileURLToPath(new URL("models/stuck.bpmn", import.meta.url)), "utf8");

test("the one-time link makes the first administrator, once", async ({ page }) => {
  const server = await serve();
  try {
    const link = await server.said(/http\S+\/setup\?token=\S+/);
    await page.goto(server.address);
    await expect(page.getByText("This server has no users yet")).toBeVisible();
    await page.goto(`${server.address}/setup`);
    await expect(page.getByText("This link is not complete")).toBeVisible();

    const enter = async (password: string) => {
      await page.getByLabel("Your name").fill("Ada Lovelace");
      await page.getByLabel("Login").fill("ada");
      await page.locator("input[type=password]").fill(password);
      await page.getByRole("button", { name: "Create administrator" }).click();
    };
    await page.goto(`${server.address}/setup?token=wrong`);
    await enter("long-enough");
    await expect(page.getByRole("alert")).toContainText("This link was used already");
    await page.goto(link);
    await enter("short");
    await expect(page.getByText("At least 8 characters").last()).toBeVisible();
    await enter("long-enough");
    await expect(page.getByRole("button", { name: /Ada Lovelace/ })).toBeVisible();
    await page.goto(link);
    await expect(page).not.toHaveURL(/setup/);
  } finally {
    // A page that is still open would complain that its server is gone.
    await page.goto("about:blank");
    await server.stop();
  }
});

test("a new user gets a password from the administrator and signs in", async ({ page, browser, baseURL }) => {
  await signIn(page, "admin");
  await page.goto("/users");
  await page.getByRole("link", { name: "New User" }).click();
  await page.getByRole("textbox", { name: "Login" }).fill("sales");
  await page.getByRole("textbox", { name: "Name" }).fill("Grace Hopper");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Another record already has this value")).toBeVisible();
  await page.getByRole("textbox", { name: "Login" }).fill("grace");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Grace Hopper");

  await page.goto("/users");
  await page.getByRole("row", { name: /Grace Hopper/ }).getByRole("button").click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[type=password]").fill("short");
  await dialog.getByRole("button", { name: "Set password" }).click();
  await expect(dialog.getByRole("alert")).toContainText("at least 8 characters");
  await dialog.locator("input[type=password]").fill("grace-demo");
  await dialog.getByRole("button", { name: "Set password" }).click();
  await expect(dialog).toBeHidden();

  const other = await browser.newPage(baseURL === undefined ? {} : { baseURL });
  await signIn(other, "grace");
  await other.goto("/users");
  await expect(other.getByRole("button", { name: "Set password" })).toHaveCount(0);
  await other.close();
});

test("a token is shown once, opens the API, and is worth nothing once revoked", async ({ page, playwright, baseURL }) => {
  await signIn(page, "admin");
  await page.goto("/tokens");
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Nightly export");
  await dialog.getByRole("button", { name: "Create token" }).click();
  const secret = await dialog.locator("pre").innerText();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(secret)).toHaveCount(0);

  const api = await playwright.request.newContext({
    baseURL: baseURL ?? "",
    extraHTTPHeaders: { Authorization: `Bearer ${secret}` },
  });
  expect((await api.get("/api/session")).status()).toBe(200);
  await page.getByRole("row", { name: /Nightly export/ }).getByRole("button").click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("row", { name: /Nightly export/ })).toHaveCount(0);
  expect((await api.get("/api/session")).status()).toBe(401);
  await api.dispose();
});

test("models that cannot run are refused with their places, and nothing is deployed", async ({ page }) => {
  await signIn(page, "manager");
  await page.goto("/processes");
  const files = (bpmn: string) => ({
    name: "rates.bpmn",
    mimeType: "text/xml",
    buffer: Buffer.from(bpmn.replace('id="stuck"', 'id="rates"').replace('"stuck"', '"rates"')),
  });
  const complex = STUCK.replaceAll("serviceTask", "complexGateway");
  await page.locator("input[type=file]").setInputFiles([
    files(complex),
    { name: "rules.dmn", mimeType: "text/xml", buffer: Buffer.from("<a><b>") },
  ]);
  const dialog = page.getByRole("dialog", { name: "Nothing was deployed" });
  await expect(dialog).toContainText(/rates\.bpmn:\d+:\d+ work/);
  await expect(dialog).toContainText("complex gateway");
  await expect(dialog).toContainText("rules.dmn");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  const deployed = await (await page.request.get("/api/processes")).json();
  expect(deployed.items.some((one: { id: string }) => one.id === "rates")).toBe(false);
});

/** Two instances that wait for the exchange rate; the job of the first has failed. */
async function stuckInstances(page: Page): Promise<[stuck: string, waiting: string]> {
  const post = async (path: string, data: unknown) => {
    const answer = await page.request.post(path, { data });
    expect(answer.ok(), await answer.text()).toBe(true);
    return answer.status() === 204 ? undefined : await answer.json();
  };
  await post("/api/deployments", { resources: [{ name: "stuck.bpmn", content: STUCK }] });
  const start = async () =>
    (await post("/v2/process-instances", { processDefinitionId: "stuck", variables: {} }))
      .processInstanceKey as string;
  const stuck = await start();
  const { jobs } = await post("/v2/jobs/activation", {
    type: "rate",
    worker: "bank",
    timeout: 60_000,
    maxJobsToActivate: 1,
  });
  await post(`/v2/jobs/${jobs[0].jobKey}/failure`, {
    retries: 0,
    errorMessage: "the bank answered 503",
  });
  return [stuck, await start()];
}

test("an incident is tried again, and an instance is cancelled, from the page", async ({ page }) => {
  await signIn(page, "admin");
  const [stuck, waiting] = await stuckInstances(page);
  await page.goto("/processes/stuck?state=incident");
  await page.getByRole("link", { name: stuck }).click();
  await page.getByRole("tab", { name: /Incidents/ }).click();
  await expect(page.getByText("the bank answered 503")).toBeVisible();
  await page.getByRole("button", { name: "Try this step again" }).click();
  await expect(page.getByText("Resolved")).toBeVisible();
  await expect(page.getByRole("button", { name: "Try this step again" })).toHaveCount(0);

  await page.goto(`/instances/${waiting}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Cancel instance" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Back" }).click();
  await expect(page.getByText("Cancelled")).toHaveCount(0);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Cancel instance" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel instance" }).click();
  await expect(page.getByText("Cancelled").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "More actions" })).toHaveCount(0);
});

/** Works, and holds nothing to draw. */
const UNDRAWN = STUCK.replace(/<bpmndi:BPMNDiagram[^]*<\/bpmndi:BPMNDiagram>/, "")
  .replaceAll('"stuck"', '"undrawn"')
  .replaceAll('"rate"', '"undrawn-rate"');

for (const [language, said, active] of [
  ["en", "This model has no diagram; here are its steps", "Active"],
  ["zh", "此模型没有流程图，以下为其步骤", "进行中"],
] as const) {
  test(`a process without a diagram is shown by its steps (${language})`, async ({ page }) => {
    await page.addInitScript((chosen) => localStorage.setItem("rondo-language", chosen), language);
    await signIn(page, "admin");
    const post = async (path: string, data: unknown) => {
      const answer = await page.request.post(path, { data });
      expect(answer.ok(), await answer.text()).toBe(true);
      return answer.json();
    };
    await post("/api/deployments", { resources: [{ name: "undrawn.bpmn", content: UNDRAWN }] });
    const { processInstanceKey: key } = await post("/v2/process-instances", {
      processDefinitionId: "undrawn",
      variables: {},
    });
    const steps = page.getByRole("group").filter({ hasText: said });
    const work = steps.getByRole("listitem").filter({ hasText: "Fetch the exchange rate" });
    await page.goto("/processes/undrawn");
    await expect(steps.getByRole("listitem")).toHaveCount(3);
    await expect(work.locator(".rondo-badge[data-kind=active]")).toBeVisible();
    await page.getByRole("link", { name: key }).click();
    await expect(work).toContainText(active);
    await expect(page.getByRole("alert")).toHaveCount(0);
    await work.getByRole("button").click();
    await expect(page).toHaveURL(/element=work/);
    await expect(work.getByRole("button")).toHaveAttribute("aria-pressed", "true");
  });
}

test("a record is deleted after a question, unless others refer to it", async ({ page }) => {
  await signIn(page, "sales");
  const fields = { name: "Short-lived", email: "shop@example.com" };
  const account = await create(page, "account", { fields });
  const contact = await create(page, "contact", { fields: { name: "Somebody", account } });
  const remove = async () => {
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  };
  await page.goto(`/records/account/${account}`);
  await remove();
  const refusal = page.getByRole("alert").filter({ hasText: "It was not deleted" });
  await expect(refusal).toContainText("Contact “Somebody” refers to it as its Account");
  await page.goto(`/records/contact/${contact}`);
  await remove();
  await expect(page).toHaveURL(/records\/contact$/);
  await page.goto(`/records/account/${account}`);
  await remove();
  await expect(page).toHaveURL(/records\/account$/);
});
