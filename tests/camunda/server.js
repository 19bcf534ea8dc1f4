// A running `rondo serve --demo` on a database of its own, and Camunda's client for it in strict mode:
// every request and every answer is checked against the client's schemas.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import createCamundaClient from "@camunda8/orchestration-cluster-api";

const here = fileURLToPath(new URL(".", import.meta.url));
const binary = process.env.RONDO_BINARY ?? join(here, "../../target/debug/rondo");
const STRICT = process.env.CAMUNDA_VALIDATION ?? "req:strict,res:strict";

/**
 * For requests with a cursor or an offset: in strict mode the client reads every page as one with a
 * limit only, and drops the rest of it. It checks them all the same.
 */
export const PAGING = STRICT.replace("req:strict", "req:warn");

/** What searches take besides: nothing here is eventually consistent. */
export const AT_ONCE = { consistency: { waitUpToMs: 0 } };

/** Starts a server; it is stopped, and its data removed, by `stop`. */
export async function start() {
  const data = await mkdtemp(join(tmpdir(), "rondo-camunda-"));
  const server = spawn(binary, ["serve", "--demo", "--data", data, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const address = await Promise.race([addressIn(server.stdout), ended.then(() => undefined)]);
  if (address === undefined) throw new Error(`${binary} did not start`);
  return {
    address,
    client: (login, validation = STRICT) => client(address, login, validation),
    stop: async () => {
      server.kill("SIGKILL");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function addressIn(output) {
  for await (const line of createInterface({ input: output })) {
    const address = /http:\/\/[0-9.:]+/.exec(line);
    if (address !== null) {
      output.resume();
      return address[0];
    }
  }
  return undefined;
}

function client(address, login, validation) {
  return createCamundaClient({
    env: {},
    config: {
      CAMUNDA_REST_ADDRESS: address,
      CAMUNDA_SDK_VALIDATION: validation,
      CAMUNDA_AUTH_STRATEGY: "BASIC",
      CAMUNDA_BASIC_AUTH_USERNAME: login,
      CAMUNDA_BASIC_AUTH_PASSWORD: `${login}-demo`,
    },
  });
}

/** The text of a model of these tests. */
export function model(name) {
  return readFile(join(here, "models", name), "utf8");
}

/** Deploys models of these tests and answers what the client answers. */
export async function deploy(camunda, ...names) {
  const files = names.map(async (name) => new File([await model(name)], name));
  return camunda.createDeployment({ resources: await Promise.all(files) });
}
