// Keeps the page current: one stream of "this changed" from the server, each answered by fetching
// again what is on screen. During a flood (an import) the fetches are gathered, not multiplied.

import { type QueryClient, type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { path } from "./client.ts";
import type { Changed, Objects } from "./wire.ts";

/** The stream's state; "lost" only once it has failed after having been open. */
export type Connection = "opening" | "open" | "lost";

/** At most one round of fetching in this time. */
const GATHER_MS = 700;

/** The stream is opened anew for each of the page's sessions. */
export function useLiveUpdates(session: number): Connection {
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>("opening");

  // biome-ignore lint/correctness/useExhaustiveDependencies: another session is let in anew.
  useEffect(() => {
    const gathered = new Gathered(queries);
    const stream = new EventSource(path("events"));
    stream.onopen = () => {
      setConnection("open");
      // What happened while there was no stream is unknown: between the page's first answers and
      // the stream's opening, too.
      void queries.invalidateQueries();
    };
    stream.onerror = () => {
      setConnection((before) => (before === "opening" ? "opening" : "lost"));
    };
    // The server could not keep up telling: some changes were left out.
    stream.addEventListener("missed", () => void queries.invalidateQueries());
    stream.addEventListener("changed", (event) => {
      const changed = parse(event.data);
      if (changed !== undefined) gathered.add(changed);
    });
    return () => {
      stream.close();
      gathered.stop();
    };
  }, [queries, session]);

  return connection;
}

/** Which cached answers a change makes old. */
function touched(changed: Changed, isPart: (object: string) => boolean): QueryKey[] {
  switch (changed.kind) {
    case "record": {
      const object = changed.object;
      if (object === undefined) return [["records"], ["record"], ["record-process"]];
      // A part is shown on its parent's page, and the event does not name the parent.
      if (isPart(object)) return [["records", object], ["record"]];
      return [
        ["records", object],
        ["record", object, changed.key],
        ["record-process", object, changed.key],
      ];
    }
    case "instance":
      return [
        ["instances"],
        ["instance", changed.key],
        // A record may be locked as long as an instance runs on it.
        ["record"],
        ["processes"],
        ["counts"],
        ["record-process"],
      ];
    case "incident":
      return [["instances"], ["instance"], ["processes"], ["counts"], ["record-process"]];
    case "user_task":
      return [["user-tasks"], ["user-task", changed.key]];
    case "notification":
      return [["notifications"]];
    case "outbox":
      return [["outbox"]];
    case "catalogue":
      return [["objects"], ["processes"], ["decision-models"]];
  }
}

class Gathered {
  private readonly queries: QueryClient;
  private readonly keys = new Map<string, QueryKey>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = 0;

  constructor(queries: QueryClient) {
    this.queries = queries;
  }

  add(changed: Changed): void {
    for (const key of touched(changed, (object) => this.isPart(object)))
      this.keys.set(JSON.stringify(key), key);
    const wait = Math.max(40, this.last + GATHER_MS - Date.now());
    this.timer ??= setTimeout(() => this.flush(), wait);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private isPart(object: string): boolean {
    const known = this.queries.getQueryData<Objects>(["objects"]);
    return known?.objects.some((one) => one.name === object && one.part_of != null) ?? false;
  }

  private flush(): void {
    this.timer = undefined;
    this.last = Date.now();
    const keys = [...this.keys.values()];
    this.keys.clear();
    for (const queryKey of keys) {
      // A fetch under way may have read the old state: let it end, then fetch again.
      void this.queries.invalidateQueries({ queryKey }, { cancelRefetch: true });
    }
  }
}

function parse(text: string): Changed | undefined {
  try {
    return JSON.parse(text) as Changed;
  } catch {
    return undefined;
  }
}
