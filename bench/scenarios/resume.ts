import { setTimeout as sleep } from "node:timers/promises";
import { label } from "../failure.ts";
import { inPool } from "../http/api.ts";
import { HttpConnection } from "../http/http-client.ts";
import { BenchSocket, isHello, isReply, numberAfter, seqOf } from "../http/socket.ts";
import { Meter, type Meters } from "../measure/meter.ts";
import { ops, perform } from "../measure/ops.ts";
import type { Run, Scenario } from "../measure/scenario.ts";
import { SequenceCheck } from "../measure/sequence.ts";
import type { Options } from "../options.ts";
import type { BenchUser, Target } from "../server/target.ts";

const SESSIONS = 50;
const POSTS_PER_SECOND = 20;
const PATIENCE_MS = 5000;
const SETTLE_MS = 2000;

export const resume: Scenario = {
  name: "resume",
  about: "sockets dropped while posts go on, then resumed; counts events lost or doubled",
  async start(target, options) {
    const run = new Resume(target, options);
    await run.open();
    return run;
  },
};

/** One user's session across its sockets. */
class Session {
  readonly check = new SequenceCheck();
  readonly user: BenchUser;
  connectionId = "";
  connects = 0;
  socket: BenchSocket | null = null;
  onReply: () => void = () => {};

  constructor(user: BenchUser) {
    this.user = user;
  }
}

class Resume implements Run {
  private readonly target: Target;
  private readonly workers: number;
  private readonly marker: Buffer;
  private readonly poster: HttpConnection;
  private readonly sessions: Session[];
  private meter = new Meter("", "");
  private nextPost = 0;

  constructor(target: Target, options: Options) {
    this.target = target;
    this.sessions = target.members
      .slice(0, Math.min(SESSIONS, options.sockets))
      .map((user) => new Session(user));
    this.workers = Math.min(options.concurrency, this.sessions.length);
    this.marker = Buffer.from(`${target.runId}s`);
    this.poster = new HttpConnection(target.base);
  }

  async open(): Promise<void> {
    await inPool(this.sessions, 16, (session) => this.connect(session));
  }

  async slice(seconds: number, meters: Meters): Promise<void> {
    this.meter = meters.get("resume", "resumes/s");
    const posts = meters.get("resume post", "posts/s");
    this.meter.paced = posts.paced = true;
    const start = performance.now();
    const end = start + seconds * 1000;
    const posting = this.post(end, posts);
    const drop = async (_: unknown, worker: number) => {
      const mine = this.sessions.filter((_, i) => i % this.workers === worker);
      for (let i = 0; performance.now() < end; i++) {
        await this.dropAndResume(mine[i % mine.length]!, 20 + (((i + worker) * 37) % 180));
      }
    };
    await Promise.all(Array.from({ length: this.workers }, drop));
    await posting;
    meters.elapsed((performance.now() - start) / 1000);
    await this.settle();
  }

  close(): void {
    for (const session of this.sessions) hangUp(session);
    this.poster.close();
  }

  private async dropAndResume(session: Session, awayMs: number): Promise<void> {
    hangUp(session);
    await sleep(awayMs);
    const start = performance.now();
    try {
      await this.connect(session);
      this.meter.ok(performance.now() - start);
    } catch (error) {
      this.meter.fail(label(error));
      hangUp(session);
      await sleep(100);
    }
  }

  /** Done when a ping is answered: what was missed has been replayed before. */
  private async connect(session: Session): Promise<void> {
    const query = `?connection_id=${session.connectionId}&sequence_number=${session.check.nextSeq}`;
    session.connects++;
    const answered = new Promise<void>((resolve) => {
      session.onReply = resolve;
    });
    const events = {
      onFrame: (frame: Buffer) => this.onFrame(session, frame),
      onClose: (code: number) => this.meter.note(`closed ${code}`),
    };
    const { base } = this.target;
    const socket = await BenchSocket.connect(base, session.user, events, query, PATIENCE_MS);
    session.socket = socket;
    socket.send('{"action":"ping","seq":1}');
    const late = new AbortController();
    const tooLong = sleep(PATIENCE_MS, undefined, { signal: late.signal }).then(() => {
      throw new Error("no answer to ping");
    });
    tooLong.catch(() => {});
    await Promise.race([answered, tooLong]).finally(() => late.abort());
  }

  private onFrame(session: Session, frame: Buffer): void {
    if (isReply(frame)) {
      session.onReply();
      return;
    }
    if (isHello(frame)) {
      const { data } = JSON.parse(frame.toString()) as { data: { connection_id?: string } };
      if (session.connects > 1) this.meter.note("fresh");
      session.connectionId = data.connection_id ?? "";
      session.check.hello(this.nextPost);
      return;
    }
    const seq = seqOf(frame);
    if (seq >= 0) session.check.event(seq, this.meter);
    const index = numberAfter(frame, this.marker);
    if (index >= 0) session.check.post(index, this.meter);
  }

  /** One post after another; a failed one is sent again with the same pending_post_id. */
  private async post(end: number, posts: Meter): Promise<void> {
    const user = this.target.members[0]!;
    for (let due = performance.now(); due < end; due += 1000 / POSTS_PER_SECOND) {
      await sleep(Math.max(0, due - performance.now()));
      const op = ops.post(this.target, user, `${this.target.runId}s${this.nextPost++}x`);
      for (let tries = 1; !(await perform(this.poster, user, op, [posts])); tries++) {
        if (tries === 5) return;
        await sleep(200);
      }
    }
  }

  private async settle(): Promise<void> {
    const end = performance.now() + SETTLE_MS;
    const connected = this.sessions.filter((s) => s.socket);
    while (performance.now() < end && connected.some((s) => !s.check.has(this.nextPost))) await sleep(20);
    for (const session of connected) session.check.finish(this.nextPost, this.meter);
  }
}

function hangUp(session: Session): void {
  session.socket?.close();
  session.socket = null;
}
