// Imports under way. They belong to no page, so that one can look at the process while the records flow
// through it. A file is sent by XMLHttpRequest, the only way to learn how much of it has left.

import { useSyncExternalStore } from "react";
import { path, RequestError } from "../api/client.ts";
import type { Problem } from "../api/wire.ts";
import type { ImportAnswer, ImportProgress, Mapping } from "./imports.ts";

/** An import, from sending the file to what became of it. */
export interface ImportRun {
  object: string;
  fileName: string;
  startedAt: number;
  /** Absent until the server has begun. */
  progress?: ImportProgress;
  state:
    | { kind: "sending"; share: number }
    | { kind: "running" }
    | { kind: "done"; answer: ImportAnswer; endedAt: number }
    | { kind: "cancelled" }
    | { kind: "failed"; error: RequestError };
}

type Line = { progress: ImportProgress } | { done: ImportAnswer } | { problem: Problem };

const runs = new Map<string, ImportRun>();
const requests = new Map<string, XMLHttpRequest>();
const listeners = new Set<() => void>();
let underWay: readonly ImportRun[] = [];

/** The import of this object that runs, or the last one that has run. */
export function useImportRun(object: string): ImportRun | undefined {
  return useSyncExternalStore(subscribe, () => runs.get(object));
}

/** Every import that runs. */
export function useImportsUnderWay(): readonly ImportRun[] {
  return useSyncExternalStore(subscribe, () => underWay);
}

/** How far an import is, from 0 to 1. */
export function shareOf({ state, progress }: ImportRun): number {
  if (state.kind === "sending") return state.share;
  if (progress === undefined || progress.bytes_total === 0) return 0;
  return progress.bytes / progress.bytes_total;
}

export function isUnderWay(run: ImportRun): boolean {
  return run.state.kind === "sending" || run.state.kind === "running";
}

/** Forgets an import that has ended. */
export function forgetImport(object: string): void {
  const run = runs.get(object);
  if (run !== undefined && !isUnderWay(run)) put(object, undefined);
}

/** Ends an import; what was created stays. */
export function cancelImport(object: string): void {
  requests.get(object)?.abort();
}

export function startImport(object: string, file: File, mapping: Mapping): void {
  const request = new XMLHttpRequest();
  const query = new URLSearchParams({ mapping: JSON.stringify(mapping) });
  const update = (changes: Partial<ImportRun>) => {
    const run = runs.get(object);
    if (run !== undefined) put(object, { ...run, ...changes });
  };
  const lines = new Lines();
  const hear = () => {
    for (const line of lines.read(request.responseText)) {
      if ("progress" in line) update({ progress: line.progress, state: { kind: "running" } });
      else if ("done" in line) {
        update({ state: { kind: "done", answer: line.done, endedAt: Date.now() } });
      } else update({ state: { kind: "failed", error: new RequestError(400, line.problem) } });
    }
  };

  put(object, {
    object,
    fileName: file.name,
    startedAt: Date.now(),
    state: { kind: "sending", share: 0 },
  });
  requests.set(object, request);
  request.upload.onprogress = ({ loaded, total }) => {
    if (total > 0) update({ state: { kind: "sending", share: loaded / total } });
  };
  request.upload.onload = () => update({ state: { kind: "running" } });
  request.onprogress = () => {
    if (request.status === 200) hear();
  };
  request.onload = () => {
    if (request.status === 200) hear();
    else update({ state: { kind: "failed", error: refusalOf(request) } });
  };
  request.onabort = () => update({ state: { kind: "cancelled" } });
  request.onloadend = () => {
    requests.delete(object);
    const run = runs.get(object);
    // The answer broke off, or none came.
    if (run !== undefined && isUnderWay(run)) {
      update({
        state: { kind: "failed", error: new RequestError(0, { code: "import_broken_off" }) },
      });
    }
  };
  request.open("POST", `${path("imports", object)}?${query}`);
  request.setRequestHeader("Accept", "application/x-ndjson, application/problem+json");
  request.setRequestHeader("Content-Type", "text/csv");
  request.send(file);
}

/** Whole lines of an answer that is still growing, each told once. */
class Lines {
  private read_to = 0;

  read(text: string): Line[] {
    const end = text.lastIndexOf("\n") + 1;
    const fresh = text.slice(this.read_to, Math.max(end, this.read_to));
    this.read_to = Math.max(end, this.read_to);
    return fresh.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Line]));
  }
}

function refusalOf(request: XMLHttpRequest): RequestError {
  try {
    return new RequestError(request.status, JSON.parse(request.responseText) as Problem);
  } catch {
    return new RequestError(request.status, { title: request.statusText });
  }
}

function put(object: string, run: ImportRun | undefined): void {
  if (run === undefined) runs.delete(object);
  else runs.set(object, run);
  underWay = [...runs.values()].filter(isUnderWay);
  window.onbeforeunload = underWay.length > 0 ? (event) => event.preventDefault() : null;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
