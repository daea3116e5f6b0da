import { DurableObject } from "cloudflare:workers";
import { applyEffects, caches, prepareCaches } from "../workers/cache/caches.ts";
import { SERVER_VERSION } from "../workers/config/version.ts";
import { type Context, createContext } from "../workers/context.ts";
import type { Env } from "../workers/env.ts";
import type { Bundle } from "../workers/events/envelope.ts";
import { log } from "../workers/log/log.ts";
import { membership } from "../workers/ports/cluster/membership.ts";
import { answer } from "../workers/socket/answer.ts";
import { handleFrame } from "../workers/socket/frames.ts";
import { Audience } from "./hub/audience/audience.ts";
import { applyEffect } from "./hub/audience/effects.ts";
import { Members } from "./hub/audience/members.ts";
import { CLOSE, type Close, close } from "./hub/connection/close-codes.ts";
import type { Connection } from "./hub/connection/connection.ts";
import { deliver } from "./hub/connection/deliver.ts";
import { enter } from "./hub/connection/enter.ts";
import { drain, lost } from "./hub/connection/leave.ts";
import { Lobby } from "./hub/connection/lobby.ts";
import { Outbox } from "./hub/connection/outbox.ts";
import { recheck } from "./hub/connection/recheck.ts";
import { type Login, loginOf, resumeOf } from "./hub/connection/upgrade.ts";
import { Presence } from "./hub/presence.ts";
import { reap } from "./hub/reaper.ts";
import { Store } from "./hub/saved/store.ts";
import { wake } from "./hub/saved/wake.ts";
import { runScheduled, workOff } from "./hub/scheduled.ts";
import { Checkpoints } from "./hub/takeover/checkpoints.ts";
import { History } from "./hub/takeover/history.ts";
import { Journal } from "./journal.ts";
import { live } from "./live.ts";
import { Seen } from "./relay/said/seen.ts";
import type { Position } from "./relay/stream/position.ts";
import type { Entry } from "./relay.ts";

const REAP_EVERY_MS = 60_000;

/** Holds the WebSockets of a share of the users (self-hosted: all of this node's), and what their clients may resume. */
export class Hub extends DurableObject<Env> {
  readonly audience = new Audience();
  /** By connection id, those whose client is away included. */
  readonly connections = new Map<string, Connection>();
  readonly serverVersion = SERVER_VERSION;
  readonly profile: Env["PROFILE"];
  readonly nodeName: string;
  /** Sockets that are logged in, those whose session has ended since included. */
  readonly bySocket = new Map<WebSocket, Connection>();
  readonly lobby = new Lobby();
  private readonly outbox = new Outbox();
  private readonly seen = new Seen();
  readonly history = new History();
  readonly checkpoints: Checkpoints | undefined;
  /** See Outlet. */
  readonly exact: boolean;
  readonly members = new Members(this.audience, () => this.context());
  readonly presence = new Presence(this.audience, () => this.context());
  /** Frames are taken one after another, as a client sends them; here are the sockets with one under way. */
  private readonly turns = new Map<WebSocket, Promise<void>>();
  readonly journal: Journal;
  /** Evicted when idle, as objects are on the edge. */
  readonly rests: boolean;
  private alarmed = false;
  draining = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    prepareCaches(env.PROFILE);
    this.profile = env.PROFILE;
    this.nodeName = env.NODE_NAME ?? "edgemost";
    const store = new Store(ctx.storage.sql);
    // Self-hosted, a hub is never evicted and saves at a drain only.
    this.rests = env.PROFILE === "edge";
    this.exact = env.PROFILE === "cluster";
    if (this.exact) {
      this.checkpoints = new Checkpoints(env, this.history, this.audience);
      membership.clustered();
    }
    this.journal = new Journal(ctx, env, () => store.save(this.connections), { whenQuiet: this.rests });
    live.hubs.set(ctx.id.toString(), ctx.id);
    ctx.blockConcurrencyWhile(() => wake(this, store, ctx.getWebSockets()));
  }

  /** Gives a bundle's events to the connections they are meant for, in order. One that came before is ignored. */
  deliver(bundle: Bundle): void {
    this.deliverAll([bundle]);
  }

  /** As `deliver`, for several at once. */
  deliverAll(bundles: Bundle[]): void {
    for (const bundle of bundles) if (this.seen.add(bundle.id)) this.take(bundle);
    this.outbox.settle();
  }

  /**
   * The relay's (cluster): entries in the stream's order, all there are between `after` and `upTo`, none of them twice.
   * All nodes agree on that, so nothing may be left out here by what only this one remembers.
   */
  deliverEntries(entries: Entry[], after: Position, upTo: Position, run: string): void {
    this.history.add(entries, after, upTo, run);
    for (const { bundle } of entries) this.take(bundle);
    this.outbox.settle();
  }

  /** Another node has taken a connection over (cluster). */
  moved(id: string, node: string): void {
    const connection = node === this.env.NODE_NAME ? undefined : this.connections.get(id);
    if (!connection) return;
    this.forget(connection, CLOSE.replaced);
  }

  /** The node does not hear the others: clients go to nodes that do (cluster). */
  letGo(): void {
    for (const connection of [...this.connections.values()]) this.forget(connection, CLOSE.goingAway);
    this.checkpoints?.letGo();
  }

  /** Upgrades a client's request; the worker has looked its token up and says who it is. */
  override async fetch(request: Request): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.accept(server);
    const login = loginOf(request);
    const resume = resumeOf(request);
    if (this.draining) close(server, CLOSE.goingAway);
    else if (!login) this.lobby.admit(server, resume.postedAck);
    else if (resume.malformed) close(server, CLOSE.badResume);
    else {
      const connection = await enter(this, server, login, resume);
      if (connection && login.challenge) answer(server, login.challenge);
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const handle = () => handleFrame(this, socket, message);
    const turn = this.turns.get(socket)?.then(handle, handle) ?? handle();
    this.turns.set(socket, turn);
    try {
      await turn;
    } finally {
      if (this.turns.get(socket) === turn) this.turns.delete(socket);
    }
  }

  override webSocketClose(socket: WebSocket): void {
    lost(this, socket);
  }

  override webSocketError(socket: WebSocket): void {
    lost(this, socket);
  }

  override async alarm(): Promise<void> {
    this.alarmed = false;
    // An alarm that throws is given up after some tries.
    try {
      reap(this);
      const ctx = await this.context();
      await this.presence.tick(ctx, !this.rests);
      if (!this.rests) await runScheduled(ctx);
    } catch (error) {
      log.error("the hub's minute failed", { error: String(error) });
    }
    await this.setAlarm();
  }

  /** There is a job: it need not wait for the minute. */
  async work(): Promise<void> {
    this.background(workOff(await this.context()));
  }

  /** Closes every socket so that clients resume after the restart, and saves what they will resume. */
  drain(): Promise<void> {
    return drain(this);
  }

  /** Nothing is certain any more: every client starts afresh. */
  startAfresh(): void {
    this.history.clear();
    for (const connection of [...this.connections.values()]) this.forget(connection, CLOSE.goingAway);
    this.journal.touch();
  }

  /** Users with a socket here. */
  activeUsers(): string[] {
    return [...this.audience.members.keys()].filter((id) => this.presence.isActive(id));
  }

  /** Sockets that are open and logged in. */
  openSockets(): number {
    return this.bySocket.size;
  }

  /** Answers once the hub has taken up what was before. */
  ready(): void {}

  connectionOf(socket: WebSocket): Connection | undefined {
    return this.bySocket.get(socket);
  }

  context(): Promise<Context> {
    return createContext(this.env, this.ctx);
  }

  /** A login over the socket itself (`authentication_challenge`). */
  async login(socket: WebSocket, login: Login): Promise<Connection | undefined> {
    const guest = this.lobby.leave(socket);
    return guest && enter(this, socket, login, { postedAck: guest.postedAck });
  }

  /** Ends a connection for good, its socket included: its client gets a new one. */
  forget(connection: Connection, reason: Close = CLOSE.slowConsumer): void {
    this.remove(connection);
    if (connection.active) this.hangUp(connection, reason);
    this.journal.touch();
  }

  /** Closes a connection's socket; the client may resume. */
  hangUp(connection: Connection, reason: Close): void {
    const socket = connection.socket!;
    this.bySocket.delete(socket);
    connection.detach();
    close(socket, reason);
    this.presence.leave(connection.userId);
  }

  /** An event is on its way to a connection (see Outlet). */
  send(connection: Connection): void {
    this.checkpoints?.touch(connection);
    this.outbox.add(connection);
  }

  overflow(connection: Connection): void {
    this.remove(connection);
  }

  /** The session's time is over as far as is known here; it may have been extended. */
  expired(connection: Connection): void {
    if (!connection.held) this.background(this.recheck(connection));
  }

  background(work: Promise<unknown>): void {
    this.ctx.waitUntil(work.catch((error) => log.error("hub work failed", { error: String(error) })));
  }

  recheck(connection: Connection): Promise<void> {
    return recheck(this, connection);
  }

  /** Revoked: the socket stays open but falls silent (websocket.md 1); what it missed cannot be resumed. */
  silence(connection: Connection): void {
    connection.revoked = true;
    connection.sent = connection.next;
    this.remove(connection);
    this.journal.touch();
    this.presence.leave(connection.userId);
  }

  /**
   * Hibernation is only of use where objects rest. Elsewhere it would even do harm: workerd does not end the TCP
   * connection of a hibernatable socket that the server closes before its client has ever sent something.
   */
  private accept(socket: WebSocket): void {
    if (this.rests) {
      this.ctx.acceptWebSocket(socket);
      return;
    }
    socket.binaryType = "arraybuffer";
    socket.accept();
    socket.addEventListener("message", ({ data }) =>
      this.background(this.webSocketMessage(socket, data as string | ArrayBuffer)),
    );
    socket.addEventListener("close", () => lost(this, socket));
    socket.addEventListener("error", () => lost(this, socket));
  }

  private take({ effects, events }: Bundle): void {
    if (!caches.coherent) applyEffects(effects);
    for (const effect of effects) applyEffect(this, effect);
    for (const event of events) deliver(event, this.audience, this);
    if (events.length > 0) this.journal.touch();
  }

  remove(connection: Connection): void {
    this.connections.delete(connection.id);
    this.checkpoints?.drop(connection);
    const member = this.audience.members.get(connection.userId);
    member?.connections.delete(connection);
    if (member?.connections.size === 0) this.audience.remove(member);
  }

  /** A minute from now, unless there is one; on the edge, a hub without connections sleeps. */
  async setAlarm(): Promise<void> {
    if (this.alarmed || (this.rests && this.connections.size === 0)) return;
    this.alarmed = true;
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now() + REAP_EVERY_MS);
  }
}
