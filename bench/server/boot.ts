import { Api, chunks, inPool } from "../http/api.ts";
import type { BootFacts } from "../measure/boot.ts";
import type { BenchUser, Target } from "./target.ts";

const TEAMS = 5;
/** With the two that every team has: 200. */
const CHANNELS_PER_TEAM = 38;
/** Of the first team, beside the one that is opened. */
const UNREAD = 19;
const PEOPLE = 10;

interface Named {
  id: string;
  name: string;
  total_msg_count: number;
}

/** Puts the users into 5 teams and 200 channels, 19 of them unread, and tells what each will boot with. Can be repeated. */
export async function prepareBoots(target: Target, users: BenchUser[]): Promise<BootFacts[]> {
  const api = new Api(target.base);
  const author = target.users.at(-1)!;
  const all = [...users, author];
  let first: { team: Named; channels: Named[] } | undefined;
  for (let i = 1; i <= TEAMS; i++) {
    const name = `edgemost-boot-${i}`;
    const team =
      (await api.maybe<Named>(404, "GET", `/api/v4/teams/name/${name}`, author.auth)) ??
      (await api.call<Named>("POST", "/api/v4/teams", author.auth, { name, display_name: name, type: "O" }));
    for (const few of chunks(all, 20))
      await api.call(
        "POST",
        `/api/v4/teams/${team.id}/members/batch`,
        author.auth,
        few.map(({ id }) => ({ team_id: team.id, user_id: id })),
      );
    const channels: Named[] = [];
    await inPool(Array.from({ length: CHANNELS_PER_TEAM }), 8, async (_, n) => {
      channels[n] = await channelOf(api, author, team.id, `boot-${n}`, users);
    });
    first ??= { team, channels };
  }
  const { team, channels } = first!;
  const unread = channels.slice(0, UNREAD);
  for (const { id, total_msg_count } of unread)
    for (let n = total_msg_count; n < 40; n++)
      await api.call("POST", "/api/v4/posts", author.auth, { channel_id: id, message: `Unread ${n}.` });
  const town = await api.call<Named>(
    "GET",
    `/api/v4/teams/${team.id}/channels/name/town-square`,
    author.auth,
  );
  const people = target.users.slice(0, PEOPLE).map(({ id }) => id);
  const facts: BootFacts[] = [];
  for (const user of users) {
    const group = await api.call<Named>(
      "POST",
      "/api/v4/channels/group",
      user.auth,
      [...new Set([user.id, author.id, ...people])].slice(0, 3),
    );
    facts.push({
      userId: user.id,
      teamId: team.id,
      teamName: team.name,
      channelId: town.id,
      channelName: town.name,
      people,
      groups: [group.id],
      unread: unread.map(({ id }) => id),
      roles: ["system_user", "team_user", "channel_user"],
      timezone: "",
    });
  }
  api.close();
  return facts;
}

async function channelOf(
  api: Api,
  author: BenchUser,
  teamId: string,
  name: string,
  users: BenchUser[],
): Promise<Named> {
  const body = { team_id: teamId, name, display_name: name, type: "O" };
  const channel =
    (await api.maybe<Named>(404, "GET", `/api/v4/teams/${teamId}/channels/name/${name}`, author.auth)) ??
    (await api.call<Named>("POST", "/api/v4/channels", author.auth, body));
  for (const { id } of users)
    await api.call("POST", `/api/v4/channels/${channel.id}/members`, author.auth, { user_id: id });
  return channel;
}
