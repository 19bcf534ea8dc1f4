// An order that was rejected, understood afterwards: what happened to it, which rule decided with which
// values, which way it took through its process, and what is to be done now.
import type { Locator, Page } from "@playwright/test";
import { create, expect, money, signIn, test } from "./rondo.ts";

/** Two lamps are ordered where one is left. */
async function shortOrder(page: Page): Promise<string> {
  const session = await (await page.request.get("/api/session")).json();
  const account = await create(page, "account", {
    fields: { name: "Lamp Shop", email: "shop@example.com", credit_limit: money("1000.00") },
  });
  const product = await create(page, "product", {
    fields: { sku: `L-${Math.random()}`, name: "Last lamp", price: money("10.00"), on_hand: 1 },
  });
  return create(page, "order", {
    fields: { account, status: "submitted", owner: session.user },
    parts: { lines: [{ fields: { product, quantity: 2, unit_price: money("10.00") } }] },
  });
}

test("an order is understood afterwards: what happened, and which rule decided", async ({ page }) => {
  await signIn(page, "sales");
  const order = await shortOrder(page);
  await page.goto(`/records/order/${order}`);
  await expect(page.locator("[aria-current=step]")).toHaveText(/Rejected/);

  const timeline = page.getByRole("region", { name: "Timeline" });
  const entry = (kind: string) => timeline.locator(`li[data-kind=${kind}]`);
  await expect(entry("created")).toHaveText(/^Created by Sam Okafor/);
  await expect(entry("step").filter({ hasText: "Check inventory" })).toHaveCount(1);
  await expect(entry("step").filter({ hasText: "Check credit" })).toHaveCount(0);
  await expect(entry("mail")).toHaveCount(0);
  const rejected = entry("updated").filter({ hasText: "by step Reject the order" });
  await expect(rejected).toContainText(/Status\s*Submitted\s*→\s*Rejected/);
  await expect(entry("decision")).toHaveText(/^Decided: Order acceptance/);

  // Exactly one rule matched; the row above the rules says on which values.
  await entry("decision").getByRole("button").click();
  const table = page.getByRole("dialog").getByRole("group", { name: "Order acceptance" });
  const matched = table.locator("tr[data-matched=true]");
  await expect(matched.getByRole("img", { name: "Matched rule" })).toHaveCount(1);
  await expect(table.locator("tr[data-matched=false]")).not.toHaveCount(0);
  const columns = await table.getByRole("columnheader").allInnerTexts();
  const short = columns.findIndex((name) => name.endsWith("that are short"));
  const cell = (row: Locator, column: number) => row.locator("th, td").nth(column);
  await expect(cell(table.getByRole("row", { name: /^Values read/ }), short)).toHaveText("1");
  await expect(cell(matched, short)).toHaveText("> 0");
  await expect(cell(matched, columns.indexOf("Outcome"))).toHaveText("rejected");
  await expect(cell(matched, columns.indexOf("Reason"))).toContainText("Last lamp (ordered 2, available 1)");
});

test("the way of a rejected order is drawn on its process, with what it knew", async ({ page }) => {
  await signIn(page, "sales");
  await page.goto(`/records/order/${await shortOrder(page)}`);
  await page.getByRole("link", { name: "Show process" }).click();
  await expect(page).toHaveURL(/\/instances\/\d+/);

  const drawn = (id: string) => page.locator(`.djs-element[data-element-id=${id}]`);
  for (const step of ["submitted", "check_inventory", "reject_order", "create_follow_up", "rejected"]) {
    await expect(drawn(step), step).toHaveClass(/rondo-completed/);
  }
  for (const flow of ["to_price", "not_in_stock", "to_reject"]) {
    await expect(drawn(flow), flow).toHaveClass(/rondo-taken/);
  }
  for (const other of ["check_credit", "review_credit", "accept_order", "accepted", "is_in_stock", "confirmed"]) {
    await expect(drawn(other), other).toHaveCount(1);
    await expect(drawn(other), other).not.toHaveClass(/rondo-/);
  }

  const history = page.getByRole("region", { name: "History" });
  await expect(history.getByRole("button", { name: "Reject the order" })).toHaveCount(1);
  await expect(history.getByRole("button", { name: "Accept the order" })).toHaveCount(0);
  await history.getByRole("button", { name: "Check inventory" }).click();
  await expect(drawn("check_inventory")).toHaveClass(/rondo-selected/);

  await page.getByRole("tab", { name: "Variables" }).click();
  const variable = page.getByRole("tabpanel").getByRole("row", { name: /^acceptance/ });
  await expect(variable).toContainText("rejected");
  await expect(variable).toContainText("Last lamp (ordered 2, available 1)");
  await page.getByRole("tab", { name: "Decisions" }).click();
  const matched = page.getByRole("tabpanel").locator("tr[data-matched=true] td[data-output=true]");
  await expect(matched.first()).toHaveText("rejected");
  await page.getByRole("tab", { name: "Incidents" }).click();
  await expect(page.getByText("There are no incidents.")).toBeVisible();
});

/** A process that asks a table of two rules, both of which match where one may. */
async function doubtful(page: Page): Promise<string> {
  const post = async (path: string, data: object) => {
    const answer = await page.request.post(path, { data });
    expect(answer.ok(), await answer.text()).toBe(true);
    return answer.json();
  };
  const rule = (id: string, answer: string) =>
    `<rule id="${id}"><inputEntry><text>-</text></inputEntry><outputEntry><text>${answer}</text></outputEntry></rule>`;
  const table = `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="Doubt" namespace="m">
    <decision id="doubt" name="Doubt"><decisionTable id="doubt_table" hitPolicy="UNIQUE">
    <input id="asked"><inputExpression><text>1 + missing</text></inputExpression></input><output id="o" name="o"/>
    ${rule("one", "1")}${rule("two", "2")}</decisionTable></decision></definitions>`;
  const process = `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">
    <bpmn:process id="doubtful" name="Doubtful" isExecutable="true">
    <bpmn:startEvent id="begin"/><bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="ask"/>
    <bpmn:businessRuleTask id="ask"><bpmn:extensionElements><zeebe:calledDecision decisionId="doubt" resultVariable="found"/></bpmn:extensionElements></bpmn:businessRuleTask>
    <bpmn:sequenceFlow id="f2" sourceRef="ask" targetRef="finish"/><bpmn:endEvent id="finish"/>
    </bpmn:process></bpmn:definitions>`;
  await post("/api/deployments", {
    resources: [
      { name: "doubt.dmn", content: table },
      { name: "doubtful.bpmn", content: process },
    ],
  });
  const started = await post("/v2/process-instances", { processDefinitionId: "doubtful", variables: {} });
  return started.processInstanceKey;
}

test("a decision that warns says which expression and which table it is about", async ({ page }) => {
  await signIn(page, "admin");
  await page.goto(`/instances/${await doubtful(page)}`);
  await page.getByRole("tab", { name: "Decisions" }).click();
  const warnings = page.getByRole("tabpanel").getByRole("alert");
  await expect(warnings).toContainText("asked: 1 + missing");
  await expect(warnings).toContainText(/the hit policy is UNIQUE, but rules 1, 2 match.* doubt_table$/);
});

test("a rejected order leaves a task for its owner", async ({ page }) => {
  await signIn(page, "sales");
  await page.goto(`/records/order/${await shortOrder(page)}`);
  const number = await page.getByRole("heading", { level: 1 }).innerText();
  const tasks = page.getByRole("region", { name: "Tasks" });
  await tasks.getByRole("link", { name: `Call Lamp Shop about order ${number}` }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Call Lamp Shop about order ${number}`);
  const details = page.getByRole("region", { name: "Details" });
  await expect(details.getByRole("link", { name: "Sam Okafor" })).toBeVisible();
  await page.getByRole("link", { name: "Open the record this is about" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(number);
});

test("the instances of both versions of the process are seen, each on its own diagram", async ({ page }) => {
  await signIn(page, "manager");
  const drawn = (id: string) => page.locator(`.djs-element[data-element-id=${id}]`);
  await page.goto("/processes/order");
  for (const [version, reviews] of [
    ["1", 0],
    ["2", 1],
  ] as const) {
    await page.getByRole("combobox", { name: "Versions" }).click();
    await page.getByRole("option", { name: new RegExp(`^Version ${version}\\b`) }).click();
    await expect(page).toHaveURL(new RegExp(`version=${version}`));
    await expect(drawn("check_inventory")).toHaveCount(1);
    await expect(drawn("review_credit")).toHaveCount(reviews);
    const instances = page.getByRole("region", { name: "Instances" });
    await instances.getByRole("row").nth(1).getByRole("link").first().click();
    await expect(page).toHaveURL(/\/instances\/\d+/);
    await expect(page.getByText(`Version ${version}`, { exact: true })).toBeVisible();
    await page.goBack();
  }
});
