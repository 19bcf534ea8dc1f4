// Creating a record once, however often its answer is lost. A try whose answer was lost keeps its idempotency
// key, and what is sent after it, changed or not, is sent with the same key: the server does one thing under a
// key and refuses another, so that of all these tries at most one is done, and the refusal says that one was.

import { http, newIdempotencyKey, path, RequestError } from "../api/client.ts";
import type { NewRecord, RecordRow } from "../api/wire.ts";

export interface Created {
  record: RecordRow;
  /** Whether it is what was sent now, or what was sent by an earlier try. */
  as: "sent" | "sent before";
}

/** What was sent under a key and may have been done. */
interface Unanswered {
  key: string;
  /** As JSON. At most one of them was done. */
  tries: readonly string[];
}

const unanswered = new Map<string, Unanswered>();

export async function createOnce(object: string, input: NewRecord): Promise<Created> {
  const before = unanswered.get(object);
  const key = before?.key ?? newIdempotencyKey();
  const body = JSON.stringify(input);
  const earlier = before?.tries ?? [];
  unanswered.set(object, { key, tries: earlier.includes(body) ? earlier : [...earlier, body] });
  try {
    const record = await create(object, input, key);
    unanswered.delete(object);
    return { record, as: "sent" };
  } catch (error) {
    if (!(error instanceof RequestError && error.definite)) throw error;
    // This one was certainly not done; of those before it that says nothing.
    if (before === undefined) unanswered.delete(object);
    else unanswered.set(object, before);
    if (!isOfAnother(error)) throw error;
    const record = await doneOf(object, key, earlier, error);
    unanswered.delete(object);
    return { record, as: "sent before" };
  }
}

/** What was done under the key: the one of the tries that the server answers again. */
async function doneOf(
  object: string,
  key: string,
  tries: readonly string[],
  refusal: RequestError,
): Promise<RecordRow> {
  for (const body of tries) {
    try {
      return await create(object, JSON.parse(body), key);
    } catch (error) {
      if (!isOfAnother(error)) throw error;
    }
  }
  throw refusal;
}

function create(object: string, input: NewRecord, idempotencyKey: string): Promise<RecordRow> {
  return http.post<RecordRow>(path("records", object), input, { idempotencyKey });
}

/** Whether something else was done under the key. */
function isOfAnother(error: unknown): boolean {
  return error instanceof RequestError && error.code === "idempotency_key";
}
