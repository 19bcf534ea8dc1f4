// Process instances with their elements, variables and incidents.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AT_ONCE, deploy, PAGING, start } from "../server.js";

let server;
let camunda;
let deployed;

before(async () => {
  server = await start();
  camunda = server.client("admin");
  deployed = await deploy(
    camunda,
    "greeting.bpmn",
    "parcel.bpmn",
    "crossroads.bpmn",
    "review.bpmn",
    "review.form",
  );
});
after(() => server?.stop());

const begin = (processDefinitionId, variables = {}, more = {}) =>
  camunda.createProcessInstance({ processDefinitionId, variables, ...more });
const elements = async (filter) =>
  (await camunda.searchElementInstances({ filter }, AT_ONCE)).items;

test("an instance starts by id, by version and by key, and stands at once", async () => {
  const { processDefinitionKey } = deployed.processes[0];
  for (const by of [
    { processDefinitionId: "greeting" },
    { processDefinitionId: "greeting", processDefinitionVersion: 1 },
    { processDefinitionKey },
  ]) {
    const started = await camunda.createProcessInstance({ ...by, variables: { name: "Wei" } });
    assert.equal(started.processDefinitionKey, processDefinitionKey);
    assert.deepEqual(started.variables, {});
    const { processInstanceKey } = started;
    const found = await camunda.getProcessInstance({ processInstanceKey }, AT_ONCE);
    assert.equal(found.state, "COMPLETED");
    assert.equal(found.processDefinitionVersionTag, "first");
  }
});

test("a start can wait for the end and bring back variables", async () => {
  const ended = await begin("greeting", { name: "Wei" }, { awaitCompletion: true });
  assert.deepEqual(ended.variables, { name: "Wei", greeting: "hello Wei" });
  const some = { awaitCompletion: true, fetchVariables: ["greeting"] };
  assert.deepEqual((await begin("greeting", { name: "Ada" }, some)).variables, {
    greeting: "hello Ada",
  });
});

test("a start waits for what others do", async () => {
  const ending = begin("parcel", { weight: 1 }, { awaitCompletion: true, requestTimeout: 20_000 });
  const { jobs } = await camunda.activateJobs({
    type: "pack",
    worker: "waits",
    timeout: 60_000,
    maxJobsToActivate: 1,
    requestTimeout: 20_000,
  });
  await camunda.completeJob({ jobKey: jobs[0].jobKey, variables: { packed: true } });
  assert.deepEqual((await ending).variables, { weight: 1, packed: true });
});

test("a start that waits in vain says that the instance goes on", async () => {
  const vain = begin("review", { title: "x" }, { awaitCompletion: true, requestTimeout: 1 });
  await assert.rejects(vain, { status: 504, detail: /it goes on/ });
});

test("what a start cannot do is refused", async () => {
  await assert.rejects(begin("nothing"), { status: 404 });
  await assert.rejects(begin("greeting", {}, { processDefinitionVersion: 99 }), { status: 404 });
  for (const [more, detail] of [
    [{ tags: ["urgent"] }, /`tags` is not supported/],
    [{ businessId: "17" }, /`businessId` is not supported/],
    [{ startInstructions: [{ elementId: "greet" }] }, /`startInstructions` is not supported/],
    [{ tenantId: "other" }, /no tenant `other`/],
  ]) {
    await assert.rejects(begin("greeting", {}, more), { status: 400, detail });
  }
});

test("the same start with the same idempotency key is one instance", async () => {
  const post = () =>
    fetch(`${server.address}/v2/process-instances`, {
      method: "POST",
      body: JSON.stringify({ processDefinitionId: "greeting", variables: { name: "one" } }),
      headers: {
        authorization: `Basic ${btoa("admin:admin-demo")}`,
        "content-type": "application/json",
        "idempotency-key": "once",
      },
    }).then((answer) => answer.json());
  assert.equal((await post()).processInstanceKey, (await post()).processInstanceKey);
});

test("instances are searched by what they are, newest first", async () => {
  const keys = [];
  for (const title of ["a", "b", "c"])
    keys.push((await begin("review", { title })).processInstanceKey);
  const search = (filter, more = {}) =>
    camunda.searchProcessInstances({ filter, ...more }, AT_ONCE);
  const found = await search(
    { processDefinitionId: "review", state: "ACTIVE" },
    { page: { limit: 3 } },
  );
  assert.deepEqual(
    found.items.map((item) => item.processInstanceKey),
    [...keys].reverse(),
  );
  const one = await search({ processInstanceKey: keys[1] });
  assert.deepEqual(
    one.items.map((item) => item.processInstanceKey),
    [keys[1]],
  );
  assert.equal(one.page.totalItems, 1);
  const none = await search({ processDefinitionId: "review", state: "TERMINATED" });
  assert.deepEqual(none.items, []);
  const two = await search({ processInstanceKey: { $in: keys.slice(0, 2) } });
  assert.equal(two.items.length, 2);
  const later = await search({
    startDate: { $gte: found.items[1].startDate },
    processDefinitionId: "review",
  });
  assert.ok(later.items.length >= 2);
  const or = await search({ $or: [{ processDefinitionId: "review" }, { state: "TERMINATED" }] });
  assert.ok(or.items.every((item) => item.processDefinitionId === "review"));
  const oldest = await search(
    { processDefinitionId: "review" },
    { sort: [{ field: "startDate", order: "ASC" }] },
  );
  const dates = oldest.items.map((item) => item.startDate);
  assert.deepEqual(dates, [...dates].sort());
});

test("a long list is read to its end by cursors, and counts itself", async () => {
  const paging = server.client("admin", PAGING);
  const seen = [];
  let after;
  let total;
  for (;;) {
    const page = after === undefined ? { limit: 2 } : { limit: 2, after };
    const found = await paging.searchProcessInstances({ page }, AT_ONCE);
    total = found.page.totalItems;
    if (found.items.length === 0) break;
    seen.push(...found.items.map((item) => item.processInstanceKey));
    after = found.page.endCursor;
  }
  assert.equal(new Set(seen).size, seen.length);
  assert.equal(seen.length, total);
});

test("a cursor of another list and a limit beyond the most are refused", async () => {
  const page = { after: "eHg=", limit: 2 };
  const paging = server.client("admin", PAGING);
  await assert.rejects(paging.searchProcessInstances({ page }, AT_ONCE), { status: 400 });
  const sort = [{ field: "businessId" }];
  await assert.rejects(camunda.searchProcessInstances({ sort }, AT_ONCE), {
    status: 400,
    detail: /a sort by `businessId` is not supported/,
  });
  await assert.rejects(camunda.searchProcessInstances({ filter: { tags: ["a"] } }, AT_ONCE), {
    status: 400,
    detail: /a filter by `tags` is not supported/,
  });
});

test("an instance is cancelled, once", async () => {
  const { processInstanceKey } = await begin("review", { title: "x" });
  await camunda.cancelProcessInstance({ processInstanceKey });
  const found = await camunda.getProcessInstance({ processInstanceKey }, AT_ONCE);
  assert.equal(found.state, "TERMINATED");
  assert.ok(found.endDate);
  await assert.rejects(camunda.cancelProcessInstance({ processInstanceKey }), { status: 409 });
  const unknown = { processInstanceKey: "17" };
  await assert.rejects(camunda.cancelProcessInstance(unknown), { status: 404 });
  await assert.rejects(camunda.getProcessInstance(unknown, AT_ONCE), { status: 404 });
});

test("element instances show the path, the process among them", async () => {
  const { processInstanceKey } = await begin("greeting", { name: "path" });
  const path = await elements({ processInstanceKey });
  assert.deepEqual(
    path.map((item) => [item.type, item.elementName, item.state]),
    [
      ["PROCESS", "Greeting", "COMPLETED"],
      ["START_EVENT", "asked", "COMPLETED"],
      ["SCRIPT_TASK", "Greet", "COMPLETED"],
      ["END_EVENT", "greeted", "COMPLETED"],
    ],
  );
  const scripts = await elements({ processDefinitionId: "greeting", type: "SCRIPT_TASK" });
  assert.ok(scripts.length > 0);
  for (const { elementInstanceKey, elementId } of path) {
    const one = await camunda.getElementInstance({ elementInstanceKey }, AT_ONCE);
    assert.equal(one.elementId, elementId);
    const [found] = await elements({ elementInstanceKey });
    assert.equal(found.elementId, elementId);
  }
  await assert.rejects(camunda.getElementInstance({ elementInstanceKey: "17" }, AT_ONCE), {
    status: 404,
  });
});

test("variables are searched, had by key, and set from outside", async () => {
  const { processInstanceKey } = await begin("review", { title: "Rivers", pages: 12 });
  const search = async (filter) =>
    (await camunda.searchVariables({ filter: { processInstanceKey, ...filter } }, AT_ONCE)).items;
  const [title] = await search({ name: "title" });
  assert.equal(title.value, '"Rivers"');
  assert.equal(title.scopeKey, processInstanceKey);
  const [heading] = await search({ name: { $like: "head*" } });
  assert.equal(heading.value, '"On Rivers"');
  assert.notEqual(heading.scopeKey, processInstanceKey);
  const one = await camunda.getVariable({ variableKey: title.variableKey }, AT_ONCE);
  assert.equal(one.value, '"Rivers"');
  const elementInstanceKey = processInstanceKey;
  await camunda.createElementInstanceVariables({ elementInstanceKey, variables: { pages: 13 } });
  const [pages] = await search({ name: "pages" });
  assert.equal(pages.value, "13");
  const local = { elementInstanceKey: heading.scopeKey, variables: { a: 1 }, local: true };
  await assert.rejects(camunda.createElementInstanceVariables(local), {
    status: 400,
    detail: /`local`/,
  });
  await assert.rejects(camunda.getVariable({ variableKey: "17" }, AT_ONCE), { status: 404 });
});

test("an incident is found, explained, repaired and resolved", async () => {
  const { processInstanceKey } = await begin("crossroads");
  const open = { processInstanceKey, state: "ACTIVE" };
  const [incident] = (await camunda.searchIncidents({ filter: open }, AT_ONCE)).items;
  assert.equal(incident.elementId, "where");
  assert.equal(incident.state, "ACTIVE");
  const { incidentKey, elementInstanceKey } = incident;
  assert.deepEqual(await camunda.getIncident({ incidentKey }, AT_ONCE), incident);
  const lists = [
    await camunda.searchIncidents({ filter: { state: "ACTIVE", elementId: "where" } }, AT_ONCE),
    await camunda.searchIncidents({ filter: { incidentKey } }, AT_ONCE),
    await camunda.searchProcessInstanceIncidents({ processInstanceKey }, AT_ONCE),
    await camunda.searchElementInstanceIncidents({ elementInstanceKey }, AT_ONCE),
  ];
  for (const list of lists) assert.deepEqual(list.items, [incident]);
  const [element] = await elements({ incidentKey, processInstanceKey });
  assert.equal(element.hasIncident, true);
  const troubled = { filter: { hasIncident: true, processDefinitionId: "crossroads" } };
  assert.equal((await camunda.searchProcessInstances(troubled, AT_ONCE)).items.length, 1);

  const variables = { way: "left" };
  await camunda.createElementInstanceVariables({
    elementInstanceKey: processInstanceKey,
    variables,
  });
  await camunda.resolveIncident({ incidentKey });
  assert.equal((await camunda.getIncident({ incidentKey }, AT_ONCE)).state, "RESOLVED");
  const found = await camunda.getProcessInstance({ processInstanceKey }, AT_ONCE);
  assert.deepEqual([found.state, found.hasIncident], ["COMPLETED", false]);
  await assert.rejects(camunda.resolveIncident({ incidentKey: "17" }), { status: 404 });
  await assert.rejects(camunda.getIncident({ incidentKey: "17" }, AT_ONCE), { status: 404 });
});
