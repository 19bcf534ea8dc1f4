// Messages that start processes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AT_ONCE, deploy, start } from "../server.js";

let server;
let camunda;

before(async () => {
  server = await start();
  camunda = server.client("admin");
  await deploy(camunda, "mailbox.bpmn");
});
after(() => server?.stop());

const count = async (processDefinitionId) =>
  (await camunda.searchProcessInstances({ filter: { processDefinitionId } }, AT_ONCE)).items.length;
const result = async (processInstanceKey) => {
  const filter = { processInstanceKey, name: "result" };
  const { items } = await camunda.searchVariables({ filter }, AT_ONCE);
  return items[0]?.value;
};

test("a correlated message starts an instance with its variables and names it", async () => {
  const sent = { name: "letter", variables: { text: "hello" } };
  const { processInstanceKey, messageKey } = await camunda.correlateMessage(sent);
  assert.notEqual(messageKey, processInstanceKey);
  assert.equal(await result(processInstanceKey), '"read: hello"');
  const found = await camunda.getProcessInstance({ processInstanceKey }, AT_ONCE);
  assert.equal(found.state, "COMPLETED");
});

test("a message that nobody waits for is published and not correlated", async () => {
  const sent = { name: "nothing", variables: {} };
  const { messageKey } = await camunda.publishMessage(sent);
  assert.match(messageKey, /^\d+$/);
  await assert.rejects(camunda.correlateMessage(sent), (error) => error.status === 404);
});

test("a message with an id is published once", async () => {
  const before = await count("mailbox");
  const sent = { name: "letter", messageId: "m-1", variables: { text: "once" }, timeToLive: 0 };
  const first = await camunda.publishMessage(sent);
  const second = await camunda.publishMessage(sent);
  assert.equal(second.messageKey, first.messageKey);
  assert.equal(await count("mailbox"), before + 1);
  await camunda.publishMessage({ ...sent, messageId: "m-2" });
  await camunda.publishMessage({ name: "letter", variables: { text: "without an id" } });
  assert.equal(await count("mailbox"), before + 3);
  const other = { ...sent, variables: { text: "another" } };
  await assert.rejects(camunda.publishMessage(other), (error) => error.status === 422);
});

test("what is not offered is refused", async () => {
  const before = await count("mailbox");
  const sent = { name: "letter", variables: { text: "x" } };
  for (const more of [{ timeToLive: 60_000 }, { correlationKey: "7" }, { name: "" }]) {
    const asked = { ...sent, ...more };
    await assert.rejects(camunda.publishMessage(asked), (error) => error.status === 400);
  }
  const reader = server.client("reader");
  await assert.rejects(reader.publishMessage(sent), (error) => error.status === 403);
  assert.equal(await count("mailbox"), before);
});

test("every process that waits gets the message, by its latest version only", async () => {
  await deploy(camunda, "postbox.bpmn", "mailbox-2.bpmn");
  const before = [await count("mailbox"), await count("postbox")];
  await camunda.publishMessage({ name: "letter", variables: { text: "to both" } });
  assert.deepEqual([await count("mailbox"), await count("postbox")], before.map((n) => n + 1));
  const { processInstanceKey } = await camunda.correlateMessage({
    name: "letter",
    variables: { text: "hi" },
  });
  assert.equal(await result(processInstanceKey), '"seen: hi"');
});
