import { DurableObject } from "cloudflare:workers";
import type { Identity } from "../workers/access/identity.ts";
import { applyEffects, caches, prepareCaches } from "../workers/cache/caches.ts";
import { SERVER_VERSION } from "../workers/config/version.ts";
import { type Context, createContext } from "../workers/context.ts";
import type { Env } from "../workers/env.ts";
import { type Bundle, envelope } from "../workers/events/envelope.ts";
import { metrics } from "../workers/metrics/metrics.ts";
import { newId } from "../workers/model/id.ts";
import { membership } from "../workers/ports/cluster/membership.ts";
import { answer } from "../workers/socket/answer.ts";
import { handleFrame } from "../workers/socket/frames.ts";
import { Audience, type Member } from "./hub/audience.ts";
import type { Checkpoint } from "./hub/checkpoint.ts";
import { announceMove, Checkpoints } from "./hub/checkpoints.ts";
import { CLOSE, type Close, close } from "./hub/close-codes.ts";
import { Connection } from "./hub/connection.ts";
import { deliver } from "./hub/deliver.ts";
import { applyEffect } from "./hub/effects.ts";
import { History } from "./hub/history.ts";
import { Lobby } from "./hub/lobby.ts";
import { Members } from "./hub/members.ts";
import { Outbox } from "./hub/outbox.ts";
import { Presence } from "./hub/presence.ts";
import { prune, reap } from "./hub/reaper.ts";
import { restore } from "./hub/restore.ts";
import { runScheduled } from "./hub/scheduled.ts";
import { validIdentity } from "./hub/session.ts";
import { Store } from "./hub/store.ts";
import { takeOver } from "./hub/takeover.ts";
import { type Login, loginOf, resumeOf } from "./hub/upgrade.ts";
import { Journal } from "./journal.ts";
import { live } from "./live.ts";
import type { Position } from "./relay/position.ts";
import { Seen } from "./relay/seen.ts";
import type { Entry } from "./relay.ts";

const REAP_EVERY_MS = 60_000;

/** Holds the WebSockets of a share of the users (self-hosted: all of this node's), and what their clients may resume. */
export class Hub extends DurableObject<Env> {
  readonly audience = new Audience();
  /** By connection id, those whose client is away included. */
  readonly connections = new Map<string, Connection>();
  readonly serverVersion = SERVER_VERSION;
  /** Sockets that are logged in, those whose session has ended since included. */
  private readonly bySocket = new Map<WebSocket, Connection>();
  private readonly lobby = new Lobby();
  private readonly outbox = new Outbox();
  private readonly seen = new Seen();
  private readonly history = new History();
  private readonly checkpoints: Checkpoints | undefined;
  /** See Outlet. */
  readonly exact: boolean;
  readonly members = new Members(this.audience, () => this.context());
  private readonly presence = new Presence(this.audience, () => this.context());
  /** Frames are taken one after another, as a client sends them; here are the sockets with one under way. */
  private readonly turns = new Map<WebSocket, Promise<void>>();
  private readonly journal: Journal;
  /** Evicted when idle, as objects are on the edge. */
  private readonly rests: boolean;
  private alarmed = false;
  private draining = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    prepareCaches(env.PROFILE);
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
    ctx.blockConcurrencyWhile(() => this.wake(store));
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
      const connection = await this.enter(server, login, resume.postedAck, resume.id, resume.seq);
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
    this.lost(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.lost(socket);
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
      console.error(JSON.stringify({ level: "error", msg: "the hub's minute failed", error: String(error) }));
    }
    await this.setAlarm();
  }

  /** Closes every socket so that clients resume after the restart, and saves what they will resume. */
  async drain(): Promise<void> {
    this.draining = true;
    for (const socket of [...this.bySocket.keys(), ...this.lobby.sockets]) close(socket, CLOSE.goingAway);
    for (const connection of this.connections.values()) if (connection.active) connection.detach();
    this.bySocket.clear();
    this.journal.flush();
    if (this.checkpoints) {
      for (const connection of this.connections.values()) this.checkpoints.touch(connection);
      await this.checkpoints.save();
    }
    // Where others serve on, clients are there in a moment; the leader sets those offline who are not.
    if (!this.exact || membership.nodes.length < 2) await this.presence.drain();
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
    return guest && this.enter(socket, login, guest.postedAck);
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
    this.ctx.waitUntil(
      work.catch((error) =>
        console.error(JSON.stringify({ level: "error", msg: "hub work failed", error: String(error) })),
      ),
    );
  }

  /** Asks whether the session still holds; nothing is written to the socket meanwhile. Costs nothing where it is cached. */
  async recheck(connection: Connection): Promise<void> {
    connection.doubts++;
    if (connection.held) return;
    connection.held = true;
    let identity: Identity | undefined;
    try {
      for (let doubts = 0; doubts !== connection.doubts; ) {
        doubts = connection.doubts;
        identity = await validIdentity(await this.context(), connection.token);
      }
    } catch {
      // Not known now: the client asks again when it comes back.
      connection.held = false;
      if (connection.active) this.hangUp(connection, CLOSE.goingAway);
      return;
    }
    connection.held = false;
    if (!identity) return this.silence(connection);
    connection.expiresAt = identity.session.expires_at;
    connection.flush();
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
    socket.addEventListener("close", () => this.lost(socket));
    socket.addEventListener("error", () => this.lost(socket));
  }

  private async enter(
    socket: WebSocket,
    login: Login,
    postedAck: boolean,
    id = "",
    seq = 0,
  ): Promise<Connection | undefined> {
    const { userId, sessionId, token } = login;
    const { versionId } = await this.context();
    while (!this.audience.members.has(userId)) {
      if (await this.members.load(userId)) continue;
      return void close(socket, CLOSE.notAuthenticated);
    }
    const checkpoint = id && !this.connections.has(id) ? await this.checkpoints?.find(id) : undefined;
    // The user's last connection here may have gone meanwhile.
    while (!this.audience.members.has(userId)) {
      if (await this.members.load(userId)) continue;
      return void close(socket, CLOSE.notAuthenticated);
    }
    // From here to the check of the session nothing else runs.
    const member = this.audience.members.get(userId)!;
    if (this.lobby.isGone(socket) || this.draining) {
      if (member.connections.size === 0) this.audience.remove(member);
      return void close(socket, CLOSE.goingAway);
    }
    const own = this.takeBack(socket, userId, id, seq);
    const resumed = own ?? this.adopt(socket, member, postedAck, id, seq, checkpoint);
    if (id) metrics.resumes.add(own ? "hit" : resumed ? "takeover" : "miss");
    const connection = resumed ?? this.open(socket, login, versionId);
    connection.sessionId = sessionId;
    connection.token = token;
    connection.postedAck = postedAck;
    this.connections.set(connection.id, connection);
    this.bySocket.set(socket, connection);
    member.connections.add(connection);
    if (this.rests) socket.serializeAttachment({ id: connection.id, user: userId });
    this.journal.touch();
    this.presence.arrive(userId);
    this.checkpoints?.touch(connection);
    await Promise.all([this.recheck(connection), this.setAlarm()]);
    if (!connection.revoked) return connection;
    return void close(socket, CLOSE.notAuthenticated);
  }

  /** The connection that a client resumes, if that can be done without a gap. */
  private takeBack(socket: WebSocket, userId: string, id: string, seq: number): Connection | undefined {
    const connection = id ? this.connections.get(id) : undefined;
    if (!connection || connection.userId !== userId) return undefined;
    const old = connection.socket;
    if (old) {
      // The client came back before the loss of its socket was noticed.
      this.bySocket.delete(old);
      connection.detach();
      close(old, CLOSE.replaced);
    }
    if (connection.resume(socket, seq)) return connection;
    this.connections.delete(id);
    this.checkpoints?.drop(connection);
    this.audience.members.get(userId)!.connections.delete(connection);
    return undefined;
  }

  /** Another node's connection, rebuilt where that can be done without a gap (cluster). */
  private adopt(
    socket: WebSocket,
    member: Member,
    postedAck: boolean,
    id: string,
    seq: number,
    checkpoint?: Checkpoint,
  ): Connection | undefined {
    if (!checkpoint) return undefined;
    const connection = takeOver({ id, seq, postedAck }, checkpoint, member, this.history);
    if (!connection?.resume(socket, seq)) return undefined;
    this.checkpoints!.adopt(connection, checkpoint);
    this.background(
      this.context().then(({ bus }) => announceMove(bus, id, member.id, this.env.NODE_NAME!, newId())),
    );
    return connection;
  }

  private take({ effects, events }: Bundle): void {
    if (!caches.coherent) applyEffects(effects);
    for (const effect of effects) applyEffect(this, effect);
    for (const event of events) deliver(event, this.audience, this);
    if (events.length > 0) this.journal.touch();
  }

  private open(socket: WebSocket, { userId, sessionId, token }: Login, versionId: string): Connection {
    const connection = new Connection(userId, sessionId, token);
    connection.attach(socket);
    const data = {
      connection_id: connection.id,
      server_version: versionId,
      server_hostname: this.env.NODE_NAME ?? "edgemost",
    };
    const { head, tail } = envelope("hello", data, { user_id: userId });
    connection.push({ head, tail });
    return connection;
  }

  private lost(socket: WebSocket): void {
    this.lobby.closed(socket);
    const connection = this.bySocket.get(socket);
    if (!connection) return;
    this.bySocket.delete(socket);
    connection.detach();
    this.journal.touch();
    this.presence.leave(connection.userId);
    const member = this.audience.members.get(connection.userId);
    if (member) prune(this, member);
    if (this.checkpoints) {
      // The client may be on its way to another node already.
      this.checkpoints.touch(connection);
      this.background(this.checkpoints.save());
    }
  }

  private remove(connection: Connection): void {
    this.connections.delete(connection.id);
    this.checkpoints?.drop(connection);
    const member = this.audience.members.get(connection.userId);
    member?.connections.delete(connection);
    if (member?.connections.size === 0) this.audience.remove(member);
  }

  /** Takes up what was before an eviction or a restart, where that is certain. */
  private async wake(store: Store): Promise<void> {
    if (this.env.PROFILE === "single") this.presence.started();
    const trusted = this.env.PROFILE !== "cluster" && this.journal.trusted();
    if (!trusted) store.clear();
    const saved = trusted ? store.load() : [];
    const { connections, lost } = await restore(
      saved,
      this.ctx.getWebSockets(),
      this.members,
      await this.context(),
    );
    for (const connection of connections) {
      this.connections.set(connection.id, connection);
      this.audience.members.get(connection.userId)!.connections.add(connection);
      if (connection.socket) this.bySocket.set(connection.socket, connection);
    }
    for (const userId of lost) this.presence.leave(userId);
    if (connections.length !== saved.length || lost.length > 0) this.journal.touch();
    if (!this.rests || this.connections.size > 0) await this.setAlarm();
  }

  /** A minute from now, unless there is one; on the edge, a hub without connections sleeps. */
  private async setAlarm(): Promise<void> {
    if (this.alarmed || (this.rests && this.connections.size === 0)) return;
    this.alarmed = true;
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now() + REAP_EVERY_MS);
  }
}
