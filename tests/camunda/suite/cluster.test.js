// What clients ask first, who may ask, and how a refusal reads.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AT_ONCE, deploy, start } from "../server.js";

let server;
let camunda;

before(async () => {
  server = await start();
  camunda = server.client("admin");
});
after(() => server?.stop());

test("the topology is one healthy broker", async () => {
  const topology = await camunda.getTopology();
  assert.equal(topology.brokers.length, 1);
  assert.equal(topology.brokers[0].partitions[0].health, "healthy");
  assert.match(topology.gatewayVersion, /^8\./);
});

test("the server says that it is up, and its licence, to everybody", async () => {
  await server.client("nobody").getStatus();
  assert.equal((await camunda.getLicense()).validLicense, true);
});

test("one is told who one is", async () => {
  const me = await server.client("sales").getAuthentication();
  assert.equal(me.username, "sales");
  assert.deepEqual(me.roles, ["sales"]);
  assert.deepEqual(
    me.tenants.map((tenant) => tenant.tenantId),
    ["<default>"],
  );
});

test("a wrong password is refused", async () => {
  await assert.rejects(server.client("nobody").getTopology(), { status: 401 });
});

test("a reader may look and change nothing", async () => {
  const reader = server.client("reader");
  const found = await reader.searchProcessDefinitions({}, AT_ONCE);
  assert.ok(found.items.length > 0);
  const process = { processDefinitionId: found.items[0].processDefinitionId };
  await assert.rejects(reader.createProcessInstance(process), { status: 403, title: "FORBIDDEN" });
  await assert.rejects(deploy(reader, "greeting.bpmn"), { status: 403 });
  const wanted = { type: "pack", timeout: 1000, maxJobsToActivate: 1, requestTimeout: -1 };
  await assert.rejects(reader.activateJobs(wanted), { status: 403 });
});

test("a refusal names the operation and what to do", async () => {
  for (const [method, path, body, status, title, detail] of [
    ["GET", "/v2/process-instances/17", undefined, 404, "NOT_FOUND", /no process instance 17/],
    ["GET", "/v2/process-instances/x", undefined, 404, "NOT_FOUND", /`x` is not a key/],
    ["POST", "/v2/process-instances/search", "{", 400, "INVALID_ARGUMENT", /cannot be read/],
    ["POST", "/v2/process-instances/search", '{"filters": {}}', 400, "INVALID_ARGUMENT", /filters/],
    ["POST", "/v2/groups/search", "{}", 404, "NOT_FOUND", /not offered/],
    ["PUT", "/v2/topology", "{}", 404, "NOT_FOUND", /not offered/],
    ["POST", "/v2/deployments", "{}", 400, "INVALID_ARGUMENT", /./],
  ]) {
    const answer = await fetch(server.address + path, {
      method,
      body,
      headers: {
        authorization: `Basic ${btoa("admin:admin-demo")}`,
        "content-type": "application/json",
      },
    });
    const problem = await answer.json();
    assert.equal(answer.status, status, path);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
    assert.deepEqual(
      { type: problem.type, title: problem.title, status: problem.status, at: problem.instance },
      { type: "about:blank", title, status, at: path },
    );
    assert.match(problem.detail, detail);
  }
});
