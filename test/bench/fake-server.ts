import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** Just enough of Mattermost's API, in memory, for the load generator to run against. */
export interface FakeOptions {
  /** Takes one user a call into a channel, as old servers do. */
  oneMemberPerCall?: boolean;
  /** A resumed session misses this many events. */
  loseOnResume?: number;
  resume?: boolean;
}

interface Member {
  id: string;
  username: string;
  password: string;
  roles: string;
}

interface Session {
  id: string;
  user: string;
  log: { seq: number; text: string }[];
  seq: number;
  ws: WebSocket | null;
}

export class FakeServer {
  readonly requests = new Map<string, number>();
  readonly users = new Map<string, Member>();
  readonly joins = new Map<string, Set<string>>();
  posts = 0;
  maxUsersPerTeam = 50;
  url = "";
  private readonly options: FakeOptions;
  private readonly tokens = new Map<string, string>();
  private readonly sessions = new Map<string, Session>();
  private readonly names = new Map<string, string>();
  private readonly http = createServer((req, res) => void this.answer(req, res));
  private readonly wss = new WebSocketServer({ server: this.http, perMessageDeflate: false });
  private ids = 0;

  constructor(options: FakeOptions = {}) {
    this.options = { resume: true, ...options };
    this.wss.on("connection", (ws, req) => this.onSocket(ws, req));
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.http.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    for (const ws of this.wss.clients) ws.terminate();
    this.http.closeAllConnections();
    this.http.close();
  }

  private id(): string {
    return `i${String(++this.ids).padStart(25, "0")}`;
  }

  private userOf(req: IncomingMessage): string | undefined {
    return this.tokens.get((req.headers.authorization ?? "").replace("Bearer ", ""));
  }

  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of req) text += chunk;
    const route = `${req.method} ${(req.url ?? "").split("?")[0]!.replace("/api/v4", "")}`;
    this.requests.set(route, (this.requests.get(route) ?? 0) + 1);
    const [status, body, headers] = this.route(
      route,
      text === "" ? null : JSON.parse(text),
      this.userOf(req),
    );
    res.writeHead(status, { "Content-Type": "application/json", "X-Edgemost-Sql": "1", ...headers });
    res.end(JSON.stringify(body));
  }

  private route(
    route: string,
    body: any,
    me: string | undefined,
  ): [number, unknown, Record<string, string>?] {
    const missing: [number, unknown] = [404, { id: "missing.app_error", message: "missing" }];
    const part = route.split("/");
    if (route === "GET /system/ping") return [200, { status: "OK" }];
    if (route === "GET /config/client")
      return [200, { Version: "11.6.0", NoAccounts: String(this.users.size === 0) }];
    if (route === "POST /users/login") return this.login(body);
    if (route === "POST /users" && this.users.size === 0)
      return this.create(body, "system_admin system_user");
    if (!me) return [401, { id: "api.context.session_expired.app_error" }];
    if (route === "POST /users") return this.create(body, "system_user");
    if (route === "GET /users/me")
      return [200, this.users.get(me), { "X-Edgemost-Cpu": "0.5", "X-Edgemost-Objects": "2" }];
    if (route === "POST /users/usernames")
      return [200, [...this.users.values()].filter((u) => body.includes(u.username))];
    if (route === "GET /config") return [200, { TeamSettings: { MaxUsersPerTeam: this.maxUsersPerTeam } }];
    if (route === "PUT /config/patch") {
      this.maxUsersPerTeam = body.TeamSettings.MaxUsersPerTeam;
      return [200, {}];
    }
    if (route === "POST /teams" || route === "POST /channels") {
      const id = this.id();
      this.names.set(body.name, id);
      return [201, { id, total_msg_count: 0 }];
    }
    if (part.at(-2) === "name") {
      const id = this.names.get(part.at(-1)!);
      return id ? [200, { id, total_msg_count: 0 }] : missing;
    }
    if (part[3]?.startsWith("members")) return this.members(part, body);
    if (route === "POST /posts") return this.post(body, me);
    if (part[1] === "channels" && part[2] === "members") return [200, {}];
    if (part[1] === "users" || part[3] === "posts" || part[1] === "members") return [200, []];
    return missing;
  }

  private login(body: { login_id: string; password: string }): [number, unknown, Record<string, string>?] {
    const user = [...this.users.values()].find((u) => u.username === body.login_id);
    if (user?.password !== body.password) {
      return [401, { id: "api.user.login.invalid_credentials_email_username" }];
    }
    const token = this.id();
    this.tokens.set(token, user.id);
    return [200, user, { Token: token }];
  }

  private create(body: { username: string; password: string }, roles: string): [number, unknown] {
    const user = { id: this.id(), username: body.username, password: body.password, roles };
    this.users.set(user.id, user);
    return [201, user];
  }

  private members(part: string[], body: any): [number, unknown] {
    const there = this.joins.get(part[2]!) ?? new Set<string>();
    this.joins.set(part[2]!, there);
    if (part[4] === "ids") {
      return [
        200,
        body.filter((id: string) => there.has(id)).map((user_id: string) => ({ user_id, delete_at: 0 })),
      ];
    }
    if (body.user_ids && this.options.oneMemberPerCall) {
      return [400, { id: "api.context.invalid_body_param.app_error" }];
    }
    const ids: string[] =
      body.user_ids ?? (Array.isArray(body) ? body.map((m) => m.user_id) : [body.user_id]);
    if (part[0] === "POST " && part[1] === "teams" && there.size + ids.length > this.maxUsersPerTeam) {
      return [400, { id: "app.team.join_user_to_team.max_accounts.app_error" }];
    }
    for (const id of ids) there.add(id);
    return [201, []];
  }

  private post(body: { channel_id: string; message: string }, user_id: string): [number, unknown] {
    this.posts++;
    const post = { id: this.id(), user_id, ...body };
    for (const session of this.sessions.values()) {
      if (this.joins.get(body.channel_id)?.has(session.user)) {
        this.emit(session, { event: "posted", data: { post: JSON.stringify(post) }, broadcast: {} });
      }
    }
    return [201, post];
  }

  private emit(session: Session, event: object): void {
    const text = JSON.stringify({ ...event, seq: session.seq });
    session.log.push({ seq: session.seq++, text });
    session.ws?.send(text);
  }

  private onSocket(ws: WebSocket, req: IncomingMessage): void {
    const query = new URL(req.url!, "http://x").searchParams;
    const user = this.userOf(req);
    if (!user) return void ws.terminate();
    const known = this.options.resume ? this.sessions.get(query.get("connection_id") ?? "") : undefined;
    const session = known ?? { id: this.id(), user, log: [], seq: 0, ws: null };
    session.ws = ws;
    this.sessions.set(session.id, session);
    if (known) {
      const from = Number(query.get("sequence_number")) + (this.options.loseOnResume ?? 0);
      for (const event of session.log) if (event.seq >= from) ws.send(event.text);
    } else this.emit(session, { event: "hello", data: { connection_id: session.id }, broadcast: {} });
    ws.on("message", (data) => {
      const { seq } = JSON.parse(String(data));
      ws.send(JSON.stringify({ status: "OK", seq_reply: seq, data: { text: "pong" } }));
    });
    ws.on("close", () => {
      if (session.ws === ws) session.ws = null;
    });
  }
}
