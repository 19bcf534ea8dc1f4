// Speaks HTTP with the server: JSON in and out, and every refusal as one kind of error. It knows no
// noun; the paths stand in the folders of the nouns.

import type { Problem, ProblemItem } from "./wire.ts";

/** A request that did not succeed. `status` is 0 when no answer came at all. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: readonly ProblemItem[];
  /** What it is about, by names that a translation of the code uses. */
  readonly parameters: Readonly<Record<string, string>> | undefined;

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title ?? "");
    this.name = "RequestError";
    this.status = status;
    this.code = problem.code ?? codeOfStatus(status);
    this.problems = problem.problems ?? [];
    this.parameters = problem.parameters ?? undefined;
  }

  /** Whether the server certainly did nothing, so that the same thing may be tried anew. */
  get definite(): boolean {
    return this.status >= 400 && this.status < 500;
  }
}

type Query = Record<string, string | number | boolean | undefined>;

interface Options {
  query?: Query;
  /** Sent as JSON; a blob is sent as it is. */
  body?: unknown;
  signal?: AbortSignal;
  /** Repeating a POST with the same key has no second effect. */
  idempotencyKey?: string;
}

export const http = {
  get: <T>(path: string, options: Options = {}): Promise<T> => send("GET", path, options),
  post: <T = void>(path: string, body?: unknown, options: Options = {}): Promise<T> =>
    send("POST", path, { ...options, body }),
  put: <T = void>(path: string, body?: unknown): Promise<T> => send("PUT", path, { body }),
  patch: <T = void>(path: string, body?: unknown): Promise<T> => send("PATCH", path, { body }),
  delete: <T = void>(path: string, options: Options = {}): Promise<T> =>
    send("DELETE", path, options),
};

/** A new key for `Idempotency-Key`; works without a secure context, unlike `randomUUID`. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Puts path segments together, each escaped. */
export function path(...segments: string[]): string {
  return `/api/${segments.map(encodeURIComponent).join("/")}`;
}

async function send<T>(method: string, target: string, options: Options): Promise<T> {
  const headers = new Headers({ Accept: "application/json, application/problem+json" });
  const { body } = options;
  if (body !== undefined) {
    headers.set("Content-Type", body instanceof Blob ? body.type : "application/json");
  }
  if (method === "POST") {
    headers.set("Idempotency-Key", options.idempotencyKey ?? newIdempotencyKey());
  }
  let response: Response;
  try {
    response = await fetch(target + queryString(options.query), {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body),
      signal: options.signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new RequestError(0, { code: "network" });
  }
  if (!response.ok) throw new RequestError(response.status, await problemOf(response));
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

function queryString(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  return parameters.size === 0 ? "" : `?${parameters}`;
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    return (await response.json()) as Problem;
  } catch {
    return { title: response.statusText };
  }
}

function codeOfStatus(status: number): string {
  switch (status) {
    case 0:
      return "network";
    case 401:
      return "unauthenticated";
    case 403:
      return "denied";
    case 404:
      return "not_found";
    case 409:
      return "conflict";
    case 429:
    case 503:
      return "overloaded";
    default:
      return status >= 500 ? "fault" : "rejected";
  }
}
