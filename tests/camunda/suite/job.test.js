// Jobs: taken with a lease, waited for, completed, failed, refused by a business error.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AT_ONCE, deploy, start } from "../server.js";

let server;
let camunda;

before(async () => {
  server = await start();
  camunda = server.client("admin");
  await deploy(camunda, "parcel.bpmn");
});
after(() => server?.stop());

const order = (variables = {}) =>
  camunda.createProcessInstance({ processDefinitionId: "parcel", variables });
const ask = async (more = {}) => {
  const request = { type: "pack", worker: "test", timeout: 60_000, maxJobsToActivate: 10 };
  return (await camunda.activateJobs({ requestTimeout: -1, ...request, ...more })).jobs;
};
const instance = (processInstanceKey) =>
  camunda.getProcessInstance({ processInstanceKey }, AT_ONCE);

test("a job is leased with what the worker needs, and completed once", async () => {
  const { processInstanceKey } = await order({ weight: 2, note: "fragile" });
  const [job, ...others] = await ask({ fetchVariable: ["weight"] });
  assert.deepEqual(others, []);
  assert.equal(job.processInstanceKey, processInstanceKey);
  assert.equal(job.elementId, "pack");
  assert.equal(job.retries, 2);
  assert.deepEqual(job.customHeaders, { paper: "brown" });
  assert.deepEqual(job.variables, { weight: 2 });
  assert.ok(job.deadline > Date.now());
  assert.deepEqual(await ask(), []);
  await camunda.completeJob({ jobKey: job.jobKey, variables: { packed: true } });
  assert.equal((await instance(processInstanceKey)).state, "COMPLETED");
  await assert.rejects(camunda.completeJob({ jobKey: job.jobKey }), { status: 404 });
});

test("a request waits until there is a job", async () => {
  const waiting = ask({ requestTimeout: 20_000 });
  const started = await order();
  const [job] = await waiting;
  assert.equal(job.processInstanceKey, started.processInstanceKey);
  await camunda.completeJob({ jobKey: job.jobKey });
});

test("a request that waits in vain is answered with nothing", async () => {
  assert.deepEqual(await ask({ type: "nothing-of-this-type", requestTimeout: 50 }), []);
});

test("a lease that has run out gives the job to the next who asks", async () => {
  await order();
  const [leased] = await ask({ timeout: 1 });
  const [again] = await ask({ requestTimeout: 20_000 });
  assert.equal(again.jobKey, leased.jobKey);
  await camunda.completeJob({ jobKey: again.jobKey });
});

test("a job that failed is tried again, after its back-off", async () => {
  const { processInstanceKey } = await order();
  const [job] = await ask();
  await camunda.failJob({
    jobKey: job.jobKey,
    retries: 1,
    errorMessage: "no paper",
    retryBackOff: 300,
  });
  assert.deepEqual(await ask(), []);
  const [again] = await ask({ requestTimeout: 20_000 });
  assert.equal(again.jobKey, job.jobKey);
  assert.equal(again.retries, 1);
  await camunda.completeJob({ jobKey: again.jobKey });
  assert.equal((await instance(processInstanceKey)).state, "COMPLETED");
});

test("a job without retries is an incident until somebody gives it new ones", async () => {
  const { processInstanceKey } = await order();
  const [{ jobKey }] = await ask();
  await camunda.failJob({ jobKey, retries: 0, errorMessage: "no paper at all" });
  assert.deepEqual(await ask(), []);
  const filter = { processInstanceKey };
  const [incident] = (await camunda.searchIncidents({ filter }, AT_ONCE)).items;
  assert.equal(incident.errorType, "JOB_NO_RETRIES");
  assert.match(incident.errorMessage, /no paper at all/);
  assert.equal(incident.jobKey, jobKey);
  await camunda.updateJob({ jobKey, changeset: { retries: 1 } });
  await camunda.resolveIncident({ incidentKey: incident.incidentKey });
  const [again] = await ask();
  await camunda.completeJob({ jobKey: again.jobKey });
  assert.equal((await instance(processInstanceKey)).state, "COMPLETED");
});

test("a business error takes the way that the model gives it", async () => {
  const { processInstanceKey } = await order();
  const [{ jobKey }] = await ask();
  await camunda.throwJobError({ jobKey, errorCode: "TOO_HEAVY", errorMessage: "40 kg" });
  const path = { filter: { processInstanceKey, elementId: "refused" } };
  assert.equal((await camunda.searchElementInstances(path, AT_ONCE)).items.length, 1);
  assert.equal((await instance(processInstanceKey)).state, "COMPLETED");
});

test("the client's own worker does the work", async () => {
  const done = new Promise((resolve) => {
    const worker = camunda.createJobWorker({
      jobType: "pack",
      jobTimeoutMs: 60_000,
      maxParallelJobs: 2,
      jobHandler: async (job) => {
        const receipt = await job.complete({ packed: true });
        resolve({ worker, key: job.processInstanceKey });
        return receipt;
      },
    });
  });
  const { processInstanceKey } = await order();
  const { worker, key } = await done;
  worker.stop();
  assert.equal(key, processInstanceKey);
  assert.equal((await instance(processInstanceKey)).state, "COMPLETED");
});

test("what cannot be asked of jobs is refused", async () => {
  const status = 400;
  await assert.rejects(ask({ maxJobsToActivate: 0 }), { status, detail: /maxJobsToActivate/ });
  await assert.rejects(ask({ timeout: 0 }), { status, detail: /timeout/ });
  await assert.rejects(ask({ type: "" }), { status, detail: /type/ });
  await assert.rejects(ask({ tenantIds: ["other"] }), { status, detail: /no tenant `other`/ });
  const jobKey = "17";
  const longer = camunda.updateJob({ jobKey, changeset: { timeout: 1000 } });
  await assert.rejects(longer, { status, detail: /`timeout` is not supported/ });
  await assert.rejects(camunda.updateJob({ jobKey, changeset: { retries: 1 } }), { status: 404 });
  await assert.rejects(camunda.failJob({ jobKey }), { status: 404 });
  await assert.rejects(camunda.throwJobError({ jobKey, errorCode: "x" }), { status: 404 });
  const withVariables = camunda.failJob({ jobKey, variables: { a: 1 } });
  await assert.rejects(withVariables, { status, detail: /`variables`/ });
});
