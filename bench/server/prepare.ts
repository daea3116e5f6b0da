import { BenchFailure } from "../failure.ts";
import { Api, chunks, inPool } from "../http/api.ts";
import { parseBase } from "../http/http-client.ts";
import { postBody } from "../measure/ops.ts";
import type { Credentials, Options } from "../options.ts";
import { ensureUsers, loginAdmin, loginUsers } from "./accounts.ts";
import type { BenchUser, Target } from "./target.ts";

type Say = (text: string) => void;
interface Named {
  id: string;
  total_msg_count: number;
}

const TEAM = "edgemost-bench";

/** Reaches the server and makes what is missing; a second run on the same server finds nearly all of it. */
export async function prepare(
  label: string,
  url: string,
  admin: Credentials,
  o: Options,
  say: Say,
): Promise<Target> {
  const base = parseBase(url);
  const api = new Api(base);
  const ping = await api.raw("GET", "/api/v4/system/ping", "");
  if (ping.status !== 200)
    throw new BenchFailure(`${base.url} is no healthy Mattermost: ping says ${ping.status}`);
  type ClientConfig = { Version?: string; NoAccounts?: string };
  const config = await api.call<ClientConfig>("GET", "/api/v4/config/client?format=old", "");

  const auth = await loginAdmin(api, admin, config.NoAccounts === "true");
  const total = Math.max(o.users, o.members);
  await allowTeamOf(api, auth, total + 1);
  say(`${total} accounts`);
  const all = await ensureUsers(api, auth, admin.password, total);
  const users = all.slice(0, o.users);
  say(`${users.length} logins`);
  await loginUsers(api, auth, users);

  say("team and channels");
  const team =
    (await api.maybe<Named>(404, "GET", `/api/v4/teams/name/${TEAM}`, auth)) ??
    (await api.call<Named>("POST", "/api/v4/teams", auth, { name: TEAM, display_name: "Bench", type: "O" }));
  await joinTeam(api, auth, team.id, all);
  const mainMembers = all.slice(0, o.members);
  const members = mainMembers.slice(0, users.length);
  const main = await ensureChannel(api, auth, team.id, `bench-main-${o.members}`, mainMembers);
  const pages: string[] = [];
  for (let i = 0; i < o.pageChannels; i++) {
    const channel = await ensureChannel(api, auth, team.id, `bench-page-${i + 1}`, members);
    const missing = Math.ceil(o.seedPosts / o.pageChannels) - channel.total_msg_count;
    if (missing > 0) await seed(api, channel.id, members, missing, o.concurrency, say);
    pages.push(channel.id);
  }
  api.close();
  return {
    label,
    base,
    admin,
    version: config.Version ?? "",
    teamId: team.id,
    mainChannelId: main.id,
    pageChannelIds: pages,
    users,
    members,
    runId: `r${Math.random().toString(36).slice(2, 10)}`,
  };
}

/** Mattermost holds teams at 50 members until told otherwise. Where we may not tell, joining will say so. */
async function allowTeamOf(api: Api, auth: string, size: number): Promise<void> {
  const reply = await api.raw("GET", "/api/v4/config", auth);
  if (reply.status !== 200) return;
  const config = JSON.parse(reply.body) as { TeamSettings?: { MaxUsersPerTeam?: number } };
  if ((config.TeamSettings?.MaxUsersPerTeam ?? Number.POSITIVE_INFINITY) >= size) return;
  await api.raw("PUT", "/api/v4/config/patch", auth, { TeamSettings: { MaxUsersPerTeam: size } });
}

async function joinTeam(api: Api, auth: string, teamId: string, users: BenchUser[]): Promise<void> {
  const path = `/api/v4/teams/${teamId}/members`;
  for (const part of chunks(users, 100)) {
    const ids = part.map((u) => u.id);
    const present = await api.call<{ user_id: string; delete_at: number }[]>(
      "POST",
      `${path}/ids`,
      auth,
      ids,
    );
    const there = new Set(present.filter((m) => m.delete_at === 0).map((m) => m.user_id));
    const missing = ids.filter((id) => !there.has(id)).map((id) => ({ team_id: teamId, user_id: id }));
    for (const few of chunks(missing, 20)) await api.call("POST", `${path}/batch`, auth, few);
  }
}

async function ensureChannel(
  api: Api,
  auth: string,
  teamId: string,
  name: string,
  users: BenchUser[],
): Promise<Named> {
  const body = { team_id: teamId, name, display_name: name, type: "O" };
  const channel =
    (await api.maybe<Named>(404, "GET", `/api/v4/teams/${teamId}/channels/name/${name}`, auth)) ??
    (await api.call<Named>("POST", "/api/v4/channels", auth, body));
  const path = `/api/v4/channels/${channel.id}/members`;
  for (const part of chunks(users, 100)) {
    const ids = part.map((u) => u.id);
    const present = await api.call<{ user_id: string }[]>("POST", `${path}/ids`, auth, ids);
    const there = new Set(present.map((m) => m.user_id));
    const missing = ids.filter((id) => !there.has(id));
    if (missing.length === 0) continue;
    const reply = await api.raw("POST", path, auth, { user_ids: missing });
    if (reply.status < 300) continue;
    // Older servers take one user a call.
    await inPool(missing, 8, async (id) => {
      await api.call("POST", path, auth, { user_id: id });
    });
  }
  return channel;
}

async function seed(
  api: Api,
  channel: string,
  users: BenchUser[],
  n: number,
  atOnce: number,
  say: Say,
): Promise<void> {
  say(`${n} posts into a page channel`);
  await inPool(Array.from({ length: n }), atOnce, async (_, i) => {
    const user = users[i % users.length]!;
    await api.call("POST", "/api/v4/posts", user.auth, JSON.parse(postBody(user, channel, `Seed ${i}.`)));
  });
}
