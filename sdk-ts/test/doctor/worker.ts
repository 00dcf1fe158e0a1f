/** A server that answers as a Worker, as Notion and as Redis would, each address as a test has it. */
import { decode, loadCore } from "../../src/core.ts";
import { diagnose, type CheckName, type DoctorSettings, type Finding } from "../../src/doctor/index.ts";
import type { Status, WorkerStatus } from "../../src/generated.ts";
import { json, problem, serve, type Ending, type Reply } from "../server.ts";

/** What the core of this package makes documents of. */
export const BUILDER = Number(decode<{ builder: string }>((await loadCore()).about?.() ?? new Uint8Array()).builder);

/** Replies by method and path, without the query. */
export type Replies = Record<string, Reply>;

/** What is answered where a test says nothing. */
const USUAL: Replies = {
  "GET /healthz": json({ status: "ok" }),
  "GET /v1/exports": json({ results: [] }),
};

/** Starts one that answers with these. */
export function serveAll(t: Ending, replies: Replies) {
  const all = { ...USUAL, ...replies };
  return serve(t, (response, request) => {
    const address = `${request.method} ${request.url?.split("?")[0]}`;
    (all[address] ?? problem(404, "no such address"))(response, request);
  });
}

/** The status of an export that is over, a minute after a tick. */
export function statusAt(now: number, changes: Partial<Status> = {}, worker: Partial<WorkerStatus> = {}): Status {
  const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
  return {
    state: "complete",
    export: { number: 7, job: "changes", id: null, started_at: ago(2), completed_at: ago(1), runs: 1, peak_memory: 0 },
    counts: {} as Status["counts"],
    work: null,
    frontier: 0,
    pages: 40,
    not_before: null,
    last_run: { at: ago(1), outcome: "complete", problem: null },
    held: null,
    errors: [],
    version: 9,
    worker: {
      version: "0.1.0",
      builder: String(BUILDER),
      stored_builder: String(BUILDER),
      access: "private",
      publish_rule: null,
      public_pages: null,
      read_tokens: 1,
      preview_tokens: 0,
      copies_everything: true,
      ticked_at: ago(1),
      tick_interval: 60,
      busy_until: null,
      now: new Date(now).toISOString(),
      redis_now: new Date(now).toISOString(),
      ...worker,
    },
    ...changes,
  };
}

/** What a doctor finds, by check. */
export async function findings(settings: DoctorSettings): Promise<Map<CheckName, Finding[]>> {
  const all = new Map<CheckName, Finding[]>();
  for await (const finding of diagnose(settings)) {
    all.set(finding.check, [...(all.get(finding.check) ?? []), finding]);
  }
  return all;
}

/** What one check finds of a Worker with that status. */
export async function findingsOf(
  t: Ending,
  check: CheckName,
  changes: Partial<Status> = {},
  worker: Partial<WorkerStatus> = {},
  settings: DoctorSettings = {},
): Promise<Finding[]> {
  const reply: Reply = (response, request) => json(statusAt(Date.now(), changes, worker))(response, request);
  const { url } = await serveAll(t, { "GET /v1/status": reply });
  const all = await findings({ url, adminToken: "admin", ...settings });
  return all.get(check) ?? [];
}
