/** Whether the clocks agree: leases, schedules and what is newer than what go by them. */
import type { Facts } from "./facts.ts";
import { ok, problem, skipped, type Found } from "./finding.ts";
import { span } from "./span.ts";

/** A lease is a minute: half of it is too much. */
const TOLERANCE_MS = 30_000;

/** A clock, and how far it is before this machine's. */
interface Clock {
  name: string;
  offset: number;
  remedy: string;
}

const OURS =
  "set the clock of this machine: on Linux `sudo timedatectl set-ntp true`, elsewhere in the settings of date and time";
const OF_REDIS = "set the clock of the machine that Redis runs on, with NTP: `sudo timedatectl set-ntp true`";
const OF_WORKER =
  "set the clock of the machine that the Worker runs on; on Cloudflare look at https://www.cloudflarestatus.com";
const OF_NOTION = "look whether NOTION_BASE_URL names a server of yours, and set its clock";

/** Whether they agree. */
export async function checkClock(facts: Facts): Promise<Found[]> {
  const clocks = await clocksOf(facts);
  if (clocks.length === 0) return [skipped("there is no clock to compare this machine's with")];
  const [first, second] = clocks;
  if (first !== undefined && second === undefined && Math.abs(first.offset) > TOLERANCE_MS) {
    const words = `the clocks of this machine and of ${first.name} are ${span(first.offset)} apart`;
    return [problem(words, `${OURS}; or ${first.remedy}`)];
  }
  // This machine's is one of them.
  const all = [{ name: "this machine", offset: 0, remedy: OURS }, ...clocks];
  const middle = median(all.map((it) => it.offset));
  const wrong = all.filter((it) => Math.abs(it.offset - middle) > TOLERANCE_MS);
  if (wrong.length === 0) {
    return [ok(`the clocks of ${all.map((it) => it.name).join(", ")} agree`)];
  }
  return wrong.map(({ name, offset, remedy }) => {
    const by = offset - middle;
    return problem(`the clock of ${name} is ${span(by)} ${by > 0 ? "fast" : "slow"}, against the others`, remedy);
  });
}

async function clocksOf(facts: Facts): Promise<Clock[]> {
  const clocks: Clock[] = [];
  const told = await facts.status();
  const health = await facts.worker("/healthz");
  const ofWorker =
    (told?.by === "worker" ? told.clockOffset : undefined) ??
    (health?.isAnswered === true ? health.clockOffset : undefined);
  if (ofWorker !== undefined) clocks.push({ name: "the Worker", offset: ofWorker, remedy: OF_WORKER });

  const reply = await facts.redis("TIME");
  const direct = reply !== undefined && "result" in reply ? offsetOf(reply.result, reply.at) : undefined;
  const worker = told?.by === "worker" ? told.status.worker : undefined;
  const apart = Date.parse(worker?.redis_now ?? "") - Date.parse(worker?.now ?? "");
  const through = ofWorker !== undefined && !Number.isNaN(apart) ? ofWorker + apart : undefined;
  const ofRedis = direct ?? through;
  if (ofRedis !== undefined) clocks.push({ name: "Redis", offset: ofRedis, remedy: OF_REDIS });

  const notion = await facts.notion("/v1/users/me");
  const ofNotion = notion?.isAnswered === true ? notion.clockOffset : undefined;
  if (ofNotion !== undefined) clocks.push({ name: "Notion", offset: ofNotion, remedy: OF_NOTION });
  return clocks;
}

/** How far Redis's clock is before ours; `TIME` gives seconds and microseconds. */
function offsetOf(time: unknown, at: number): number | undefined {
  if (!Array.isArray(time)) return undefined;
  const [seconds, micros] = time.map(Number);
  const offset = (seconds ?? NaN) * 1000 + (micros ?? NaN) / 1000 - at;
  return Number.isNaN(offset) ? undefined : offset;
}

/** The lower of the two in the middle where there is an even number. */
function median(offsets: number[]): number {
  const sorted = offsets.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
