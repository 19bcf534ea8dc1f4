// User tasks: found, seen with form and variables, taken, given back, done.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AT_ONCE, deploy, PAGING, start } from "../server.js";

let server;
let camunda;

before(async () => {
  server = await start();
  camunda = server.client("admin");
  await deploy(camunda, "review.bpmn", "review.form");
});
after(() => server?.stop());

async function task(title) {
  const { processInstanceKey } = await camunda.createProcessInstance({
    processDefinitionId: "review",
    variables: { title },
  });
  const found = await camunda.searchUserTasks({ filter: { processInstanceKey } }, AT_ONCE);
  assert.equal(found.items.length, 1);
  return found.items[0];
}

test("a task is found by what it is", async () => {
  const created = await task("Found");
  assert.equal(created.name, "Read it");
  assert.equal(created.state, "CREATED");
  assert.deepEqual(created.candidateGroups, ["manager"]);
  assert.deepEqual(created.customHeaders, { shelf: "3" });
  const { userTaskKey } = created;
  assert.deepEqual(await camunda.getUserTask({ userTaskKey }, AT_ONCE), created);
  for (const filter of [
    { userTaskKey },
    { candidateGroup: "manager", processInstanceKey: created.processInstanceKey },
    { elementInstanceKey: created.elementInstanceKey },
  ]) {
    const found = await camunda.searchUserTasks({ filter }, AT_ONCE);
    assert.deepEqual(found.items, [created]);
  }
  const filter = { candidateGroup: "nobody" };
  assert.deepEqual((await camunda.searchUserTasks({ filter }, AT_ONCE)).items, []);
  await assert.rejects(camunda.getUserTask({ userTaskKey: "17" }, AT_ONCE), { status: 404 });
});

test("tasks are listed newest first, page by page", async () => {
  for (const title of ["1", "2", "3"]) await task(title);
  const filter = { processDefinitionId: "review", state: "CREATED" };
  const sort = [{ field: "creationDate", order: "DESC" }];
  const all = (await camunda.searchUserTasks({ filter, sort }, AT_ONCE)).items;
  const first = await camunda.searchUserTasks({ filter, sort, page: { limit: 1 } }, AT_ONCE);
  assert.equal(first.page.totalItems, all.length);
  const page = { limit: 1, after: first.page.endCursor };
  const paging = server.client("admin", PAGING);
  const second = await paging.searchUserTasks({ filter, sort, page }, AT_ONCE);
  assert.deepEqual([...first.items, ...second.items], all.slice(0, 2));
});

test("a task shows its form and the variables that it sees", async () => {
  const { userTaskKey, formKey } = await task("Seen");
  const form = await camunda.getUserTaskForm({ userTaskKey }, AT_ONCE);
  assert.equal(form.formKey, formKey);
  assert.equal(form.formId, "review-form");
  assert.equal(JSON.parse(form.schema).components[0].key, "good");
  for (const search of ["searchUserTaskVariables", "searchUserTaskEffectiveVariables"]) {
    const sort = [{ field: "name" }];
    const seen = (await camunda[search]({ userTaskKey, sort }, AT_ONCE)).items;
    assert.deepEqual(
      seen.map((variable) => [variable.name, variable.value]),
      [
        ["heading", '"On Seen"'],
        ["title", '"Seen"'],
      ],
    );
    const filter = { name: "title" };
    assert.equal((await camunda[search]({ userTaskKey, filter }, AT_ONCE)).items.length, 1);
  }
});

test("a task is taken, given to another, and given back", async () => {
  const { userTaskKey } = await task("Taken");
  const assignee = async () => (await camunda.getUserTask({ userTaskKey }, AT_ONCE)).assignee;
  await camunda.assignUserTask({ userTaskKey, assignee: "manager" });
  assert.equal(await assignee(), "manager");
  const filter = { assignee: "manager", state: "CREATED" };
  const found = await camunda.searchUserTasks({ filter }, AT_ONCE);
  assert.deepEqual(
    found.items.map((item) => item.userTaskKey),
    [userTaskKey],
  );
  await camunda.assignUserTask({ userTaskKey, assignee: "wei", allowOverride: true });
  assert.equal(await assignee(), "wei");
  await camunda.unassignUserTask({ userTaskKey });
  assert.equal(await assignee(), null);
  const only = { userTaskKey, assignee: "wei", allowOverride: false };
  await assert.rejects(camunda.assignUserTask(only), {
    status: 400,
    detail: /`allowOverride: false`/,
  });
  await assert.rejects(camunda.assignUserTask({ userTaskKey }), {
    status: 400,
    detail: /assignee/,
  });
  await assert.rejects(camunda.unassignUserTask({ userTaskKey: "17" }), { status: 404 });
});

test("a task is done once, with what the form holds", async () => {
  const { userTaskKey, processInstanceKey } = await task("Done");
  await camunda.completeUserTask({ userTaskKey, variables: { good: true } });
  const done = await camunda.getUserTask({ userTaskKey }, AT_ONCE);
  assert.equal(done.state, "COMPLETED");
  assert.ok(done.completionDate);
  const filter = { processInstanceKey, name: "good" };
  const [good] = (await camunda.searchVariables({ filter }, AT_ONCE)).items;
  assert.equal(good.value, "true");
  await assert.rejects(camunda.completeUserTask({ userTaskKey }), { status: 409 });
});

test("a task of a cancelled instance is cancelled", async () => {
  const { userTaskKey, processInstanceKey } = await task("Cancelled");
  await camunda.cancelProcessInstance({ processInstanceKey });
  assert.equal((await camunda.getUserTask({ userTaskKey }, AT_ONCE)).state, "CANCELED");
});

test("a reader may not work on tasks", async () => {
  const { userTaskKey } = await task("Guarded");
  const reader = server.client("reader");
  assert.equal((await reader.getUserTask({ userTaskKey }, AT_ONCE)).state, "CREATED");
  await assert.rejects(reader.completeUserTask({ userTaskKey }), { status: 403 });
});
