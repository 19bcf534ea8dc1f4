// Decisions: their definitions, evaluation on request, and the evaluations that instances keep.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AT_ONCE, deploy, model, start } from "../server.js";

let server;
let camunda;
let discount;

before(async () => {
  server = await start();
  camunda = server.client("admin");
  const deployed = await deploy(camunda, "discount.dmn", "pricing.bpmn");
  discount = deployed.decisions.find((it) => it.decisionDefinitionId === "discount");
});
after(() => server?.stop());

test("a decision is found, had by key, and had as XML", async () => {
  const { decisionDefinitionKey } = discount;
  const filter = { decisionDefinitionId: "discount", isLatestVersion: true };
  const found = await camunda.searchDecisionDefinitions({ filter }, AT_ONCE);
  assert.equal(found.items[0].decisionDefinitionKey, decisionDefinitionKey);
  assert.equal(found.items[0].decisionRequirementsName, "Discounts");
  const one = await camunda.getDecisionDefinition({ decisionDefinitionKey }, AT_ONCE);
  assert.deepEqual(one, found.items[0]);
  const xml = await camunda.getDecisionDefinitionXml({ decisionDefinitionKey }, AT_ONCE);
  assert.equal(xml, await model("discount.dmn"));
  const unknown = { decisionDefinitionKey: "17" };
  await assert.rejects(camunda.getDecisionDefinition(unknown, AT_ONCE), { status: 404 });
  await assert.rejects(camunda.getDecisionDefinitionXml(unknown, AT_ONCE), { status: 404 });
  const both = { filter: { decisionRequirementsKey: one.decisionRequirementsKey } };
  assert.equal((await camunda.searchDecisionDefinitions(both, AT_ONCE)).items.length, 2);
});

test("a decision is evaluated by id and by key, and explains itself", async () => {
  const { decisionDefinitionKey } = discount;
  for (const by of [{ decisionDefinitionId: "discount" }, { decisionDefinitionKey }]) {
    const evaluated = await camunda.evaluateDecision({ ...by, variables: { spent: 1000 } });
    assert.equal(evaluated.output, "10");
    const [tier, table] = evaluated.evaluatedDecisions;
    assert.deepEqual([tier.decisionDefinitionId, tier.output], ["tier", '"gold"']);
    assert.equal(table.decisionDefinitionType, "DECISION_TABLE");
    assert.equal(table.matchedRules[0].ruleId, "rule_gold");
    assert.equal(table.matchedRules[0].evaluatedOutputs[0].outputValue, "10");
    assert.equal(table.evaluatedInputs[0].inputValue, '"gold"');
  }
  const unknown = camunda.evaluateDecision({ decisionDefinitionId: "nothing" });
  await assert.rejects(unknown, { status: 404 });
});

test("an instance keeps what it had decided", async () => {
  const { processInstanceKey, variables } = await camunda.createProcessInstance({
    processDefinitionId: "pricing",
    variables: { spent: 10 },
    awaitCompletion: true,
  });
  assert.equal(variables.percent, 0);
  const filter = { processInstanceKey };
  const found = (await camunda.searchDecisionInstances({ filter }, AT_ONCE)).items;
  assert.deepEqual(
    found.map((item) => [item.decisionDefinitionId, item.result, item.state]),
    [
      ["tier", '"plain"', "EVALUATED"],
      ["discount", "0", "EVALUATED"],
    ],
  );
  const { decisionEvaluationInstanceKey } = found[1];
  const one = await camunda.getDecisionInstance({ decisionEvaluationInstanceKey }, AT_ONCE);
  assert.equal(one.matchedRules[0].ruleId, "rule_plain");
  assert.equal(one.evaluatedInputs[0].inputValue, '"plain"');
  const tables = { processInstanceKey, decisionDefinitionType: "DECISION_TABLE" };
  const only = await camunda.searchDecisionInstances({ filter: tables }, AT_ONCE);
  assert.equal(only.items.length, 1);
  const unknown = { decisionEvaluationInstanceKey: "17-1" };
  await assert.rejects(camunda.getDecisionInstance(unknown, AT_ONCE), { status: 404 });
});
