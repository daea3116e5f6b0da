// People, teams and channels of a test file's own, on the shared node.
//
//   const world = await makeWorld({ users: 3 });          // in beforeAll; {node, admin, users, team, channel}
//   const [alice, bob] = world.users;                     // {id, username, password, token, client, ws()}
//   const post = await alice.client.createPost({ channel_id: world.channel.id, message: "hello" } as Post);
//   const socket = await bob.ws();                        // past its hello; {by: "cookie" | "header" | "challenge"}
//   const event = await socket.next("posted", (e) => e.parsed.post.id === post.id);
//   await socket.none("typing");                          // nothing of that name came, or is still on its way
//   expect((await failureOf(bob.client.getChannel(secret.id))).status_code).toBe(403);
//   const answer = await bob.request("PUT", "users/me/patch", { nickname: "B" });
//   const [row] = await database(world.node)`select * from posts where id = ${post.id}`;
//
// Every answer to `fetch` is held against api-v4.json and http-conventions (contract/contract.ts), every event against contract/events.ts;
// a violation fails the test that made the request. What the shared node may not suffer (stop, kill, configuration):
// `ownNode()` of node.ts, then `makeWorld({ node })`.

import type { Client4 } from "@mattermost/client";
import type { Channel } from "@mattermost/types/channels";
import type { Team } from "@mattermost/types/teams";
import { newId } from "../../workers/model/id.ts";
import { client, request } from "./client.ts";
import type { SharedNode } from "./global-setup.ts";
import { sharedNode } from "./node.ts";
import { type SocketOptions, TestSocket } from "./socket.ts";

export type NodeAddress = Pick<SharedNode, "url" | "databaseUrl" | "admin">;

export interface Person {
  id: string;
  username: string;
  password: string;
  token: string;
  node: NodeAddress;
  /** The official client, logged in by bearer token. */
  client: Client4;
  /** A WebSocket past its hello. */
  ws(options?: SocketOptions): Promise<TestSocket>;
  /** A request that the official client has no method for. `path` without its leading slash is below /api/v4/. */
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): ReturnType<typeof request>;
}

export interface World {
  node: NodeAddress;
  /** The node's system administrator; not a member of `team`. */
  admin: Person;
  /** Members of `team` and `channel`; the first has made both and so is their administrator. */
  users: Person[];
  team: Team;
  /** An open channel. */
  channel: Channel;
}

/** Makes users, a team and an open channel with all of them in it. */
export async function makeWorld(options: { users?: number; node?: NodeAddress } = {}): Promise<World> {
  const node = options.node ?? sharedNode();
  const admin = adminOf(node);
  const users = await Promise.all(Array.from({ length: options.users ?? 2 }, () => makeUser({ node })));
  const [first, ...others] = users as [Person, ...Person[]];
  const team = await makeTeam(first, others);
  const channel = await makeChannel(first, team, { members: others });
  return { node, admin, users, team, channel };
}

export function person(
  node: NodeAddress,
  facts: Pick<Person, "id" | "username" | "password" | "token">,
): Person {
  return {
    ...facts,
    node,
    client: client(node.url, facts.token),
    ws: (options) => TestSocket.open(node.url, facts.token, options),
    request: (method, path, body, headers) => request(node, facts.token, method, path, body, headers),
  };
}

/** The node's system administrator. */
export function adminOf(node: NodeAddress): Person {
  return person(node, node.admin);
}

/** A user without a team, logged in. `profile`: more fields of the sign-up. */
export async function makeUser(
  options: { node?: NodeAddress; profile?: Record<string, unknown> } = {},
): Promise<Person> {
  const node = options.node ?? sharedNode();
  const username = (options.profile?.username as string) ?? `user${newId()}`;
  const password = "Secret-pass-1";
  const body = { username, password, email: `${username}@example.com`, ...options.profile };
  const created = await succeed(request(node, node.admin.token, "POST", "users", body));
  return login(node, created.body.id, username, (options.profile?.password as string) ?? password);
}

/** An administrator of the test's own. The one that all files share joins teams and channels at any time, which costs its next request. */
export async function makeAdmin(node: NodeAddress = sharedNode()): Promise<Person> {
  const made = await makeUser({ node });
  await adminOf(node).client.updateUserRoles(made.id, "system_user system_admin");
  return made;
}

/** Another session of the same user. */
export function loginAgain(of: Person, node: NodeAddress = sharedNode()): Promise<Person> {
  return login(node, of.id, of.username, of.password);
}

async function login(node: NodeAddress, id: string, username: string, password: string): Promise<Person> {
  const answer = await succeed(request(node, "", "POST", "users/login", { login_id: username, password }));
  return person(node, { id, username, password, token: answer.headers.get("token")! });
}

/** A team of `owner`, its administrator, with `members`. */
export async function makeTeam(
  owner: Person,
  members: Person[] = [],
  fields: Partial<Team> = {},
): Promise<Team> {
  const team = { name: `team-${newId()}`, display_name: "A team", type: "O" as const, ...fields };
  const created = await owner.client.createTeam(team as Team);
  if (members.length > 0)
    await owner.client.addUsersToTeam(
      created.id,
      members.map((member) => member.id),
    );
  return created;
}

/** A channel of `owner`, its administrator, with `members`; open unless `type` is "P". */
export async function makeChannel(
  owner: Person,
  team: Pick<Team, "id">,
  options: { members?: Person[]; type?: "O" | "P" } & Partial<Omit<Channel, "type">> = {},
): Promise<Channel> {
  const { members = [], type = "O", ...fields } = options;
  const channel = {
    team_id: team.id,
    type,
    name: `channel-${newId()}`,
    display_name: "A channel",
    ...fields,
  };
  const created = await owner.client.createChannel(channel as Channel);
  if (members.length > 0)
    await owner.client.addToChannels(
      members.map((member) => member.id),
      created.id,
    );
  return created;
}

async function succeed<T extends { status: number; text: string }>(answer: Promise<T>): Promise<T> {
  const got = await answer;
  if (got.status >= 300) throw new Error(`Preparing failed: ${got.status} ${got.text}`);
  return got;
}
