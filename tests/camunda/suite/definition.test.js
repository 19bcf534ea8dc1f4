// Deployments and process definitions.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AT_ONCE, deploy, model, PAGING, start } from "../server.js";

let server;
let camunda;
let deployed;

before(async () => {
  server = await start();
  camunda = server.client("admin");
  deployed = await deploy(camunda, "greeting.bpmn", "review.bpmn", "review.form", "discount.dmn");
});
after(() => server?.stop());

test("a deployment answers every model of every file", () => {
  const ids = deployed.processes.map((process) => process.processDefinitionId);
  assert.deepEqual(ids, ["greeting", "review"]);
  assert.deepEqual(
    deployed.forms.map((form) => form.formId),
    ["review-form"],
  );
  const decisions = deployed.decisions.map((decision) => decision.decisionDefinitionId);
  assert.deepEqual(decisions.sort(), ["discount", "tier"]);
  assert.equal(deployed.decisionRequirements.length, 1);
  assert.equal(deployed.decisionRequirements[0].decisionRequirementsId, "discount_model");
  assert.equal(deployed.processes[0].resourceName, "greeting.bpmn");
});

test("the same files again are the same versions", async () => {
  const again = await deploy(camunda, "greeting.bpmn");
  const [process] = deployed.processes;
  assert.equal(again.processes[0].processDefinitionKey, process.processDefinitionKey);
  assert.equal(again.processes[0].processDefinitionVersion, 1);
});

test("a changed file is a new version", async () => {
  const text = (await model("greeting.bpmn")).replace("hello ", "good day ");
  const answer = await camunda.createDeployment({ resources: [new File([text], "greeting.bpmn")] });
  assert.equal(answer.processes[0].processDefinitionVersion, 2);
  const search = async (filter) =>
    (await camunda.searchProcessDefinitions({ filter }, AT_ONCE)).items;
  const latest = await search({ processDefinitionId: "greeting", isLatestVersion: true });
  assert.deepEqual(
    latest.map((item) => item.version),
    [2],
  );
  const first = await search({ processDefinitionId: "greeting", version: 1 });
  assert.equal(first[0].versionTag, "first");
  assert.equal(first[0].resourceName, "greeting.bpmn");
});

test("a file with a fault deploys nothing and says where the fault is", async () => {
  const text = (await model("greeting.bpmn")).replace('targetRef="greeted"', 'targetRef="gone"');
  const files = [
    new File([text], "greeting.bpmn"),
    new File([await model("parcel.bpmn")], "parcel.bpmn"),
  ];
  await assert.rejects(camunda.createDeployment({ resources: files }), (refusal) => {
    assert.equal(refusal.status, 400);
    assert.match(refusal.detail, /greeting\.bpmn.*line \d+.*gone/s);
    return true;
  });
  const filter = { processDefinitionId: "parcel" };
  assert.deepEqual((await camunda.searchProcessDefinitions({ filter }, AT_ONCE)).items, []);
});

test("another tenant does not exist", async () => {
  const resources = [new File([await model("greeting.bpmn")], "greeting.bpmn")];
  await assert.rejects(camunda.createDeployment({ resources, tenantId: "other" }), {
    status: 400,
    detail: /no tenant `other`/,
  });
});

test("a definition can be had by key, with its XML", async () => {
  const { processDefinitionKey } = deployed.processes[0];
  const found = await camunda.getProcessDefinition({ processDefinitionKey }, AT_ONCE);
  assert.equal(found.processDefinitionId, "greeting");
  assert.equal(found.resourceName, "greeting.bpmn");
  const xml = await camunda.getProcessDefinitionXml({ processDefinitionKey }, AT_ONCE);
  assert.equal(xml, await model("greeting.bpmn"));
  const unknown = { processDefinitionKey: "17" };
  await assert.rejects(camunda.getProcessDefinition(unknown, AT_ONCE), { status: 404 });
  await assert.rejects(camunda.getProcessDefinitionXml(unknown, AT_ONCE), { status: 404 });
});

test("definitions are sorted and paged both ways", async () => {
  const paging = server.client("admin", PAGING);
  const sort = [{ field: "name", order: "DESC" }, { field: "version" }];
  const all = await camunda.searchProcessDefinitions({ sort }, AT_ONCE);
  const names = all.items.map((item) => item.name);
  assert.deepEqual(names, [...names].sort().reverse());
  assert.equal(all.page.totalItems, names.length);
  const first = await camunda.searchProcessDefinitions({ sort, page: { limit: 2 } }, AT_ONCE);
  const second = await paging.searchProcessDefinitions(
    { sort, page: { limit: 2, after: first.page.endCursor } },
    AT_ONCE,
  );
  const back = await paging.searchProcessDefinitions(
    { sort, page: { limit: 2, before: second.page.startCursor } },
    AT_ONCE,
  );
  const skipped = await paging.searchProcessDefinitions(
    { sort, page: { from: 2, limit: 2 } },
    AT_ONCE,
  );
  assert.deepEqual(second.items, all.items.slice(2, 4));
  assert.deepEqual(back.items, first.items);
  assert.deepEqual(skipped.items, second.items);
});

test("what cannot be filtered by is refused by name", async () => {
  const search = camunda.searchProcessDefinitions({ filter: { resourceName: "a.bpmn" } }, AT_ONCE);
  await assert.rejects(search, { status: 400, detail: /`resourceName` is not supported here/ });
});
