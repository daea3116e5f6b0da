// What an administrator sees of an install, without ids: equal for two that hold the same.

import { createHash } from "node:crypto";
import type { Person } from "../harness/people.ts";

type Json = Record<string, any>;

/** The header of channels where posts were deleted. */
export const GRAVES = "graves";

const PREFERENCES =
  "display_settings advanced_settings sidebar_settings notifications theme favorite_channel direct_channel_show group_channel_show tutorial_step";

const sha = (bytes: ArrayBuffer) =>
  createHash("sha256").update(Buffer.from(bytes)).digest("hex").slice(0, 16);
const sorted = <T>(values: T[]): T[] =>
  [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
/** By time as they came; of one millisecond, what comes first is decided by ids, which differ. */
const inOrder = (reactions: [number, string, string][]) => {
  const times = reactions.map(([at]) => at);
  if (times.some((at, i) => i > 0 && at < times[i - 1]!)) throw new Error(`Not by time: ${times}`);
  return sorted(reactions);
};
const pick = (from: Json, names: string) =>
  Object.fromEntries(names.split(" ").map((name) => [name, from[name]]));

export async function dump(admin: Person): Promise<Json> {
  const get = async (path: string): Promise<any> => {
    const { status, body, text } = await admin.request("GET", path);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return body;
  };
  const bytesOf = async (path: string) => {
    const response = await fetch(`${admin.node.url}/api/v4/${path}`, {
      headers: { authorization: `Bearer ${admin.token}` },
    });
    return response.ok ? sha(await response.arrayBuffer()) : response.status;
  };
  const users: Json[] = await get("users?per_page=200");
  const names = new Map(users.map(({ id, username }) => [id, username as string]));
  const nameOf = (id: string) => names.get(id) ?? id;
  const teams: Json[] = await get("teams?per_page=200");
  const channels: Json[] = [...(await get("channels?per_page=200"))];
  const directs = new Map<string, Json>();
  for (const { id } of users)
    for (const channel of await get(`users/${id}/channels`))
      if (!channel.team_id) directs.set(channel.id, channel);

  const posts = new Map<string, string>();
  const placeOf = new Map<string, string>();
  const said: Json = {};
  const places: Json = {};
  for (const channel of [...channels, ...directs.values()]) {
    const members: Json[] = await get(`channels/${channel.id}/members?per_page=200`);
    const team = teams.find(({ id }) => id === channel.team_id)?.name;
    const place = team
      ? `${team}/${channel.name}`
      : members
          .map(({ user_id }) => nameOf(user_id))
          .sort()
          .join(",");
    placeOf.set(channel.id, place);
    // Counters keep deleted posts, exports do not.
    const counted = channel.header !== GRAVES;
    places[place] = {
      ...pick(channel, "type header purpose"),
      ...(counted ? pick(channel, "total_msg_count total_msg_count_root") : {}),
      display_name: channel.type === "D" ? "" : channel.display_name,
      members: sorted(
        members.map((member) => ({
          user: nameOf(member.user_id),
          ...pick(member, "roles notify_props"),
          ...(counted
            ? {
                unread: channel.total_msg_count - member.msg_count,
                unread_roots: channel.total_msg_count_root - member.msg_count_root,
                ...pick(member, "mention_count mention_count_root last_viewed_at"),
              }
            : {}),
        })),
      ),
    };
    const list = await get(`channels/${channel.id}/posts?per_page=200`);
    const all: Json[] = Object.values(list.posts as Json).filter(({ type }) => !type.startsWith("system_"));
    for (const post of all)
      posts.set(post.id, `${place} ${post.create_at} ${nameOf(post.user_id)} ${post.message}`);
    said[place] = sorted(
      await Promise.all(
        all.map(async (post) => ({
          ...pick(post, "create_at message edit_at is_pinned hashtags type props reply_count last_reply_at"),
          user: nameOf(post.user_id),
          root: posts.get(post.root_id),
          participants: (post.participants ?? []).map(({ id }: Json) => nameOf(id)),
          reactions: inOrder(
            (post.metadata.reactions ?? []).map((one: Json) => [
              one.create_at,
              nameOf(one.user_id),
              one.emoji_name,
            ]),
          ),
          files: await Promise.all(
            (post.metadata.files ?? []).map(async (file: Json) => [
              pick(file, "name size mime_type extension width height has_preview_image mini_preview"),
              await bytesOf(`files/${file.id}`),
              file.has_preview_image && (await bytesOf(`files/${file.id}/preview`)),
            ]),
          ),
        })),
      ),
    );
  }
  const people: Json = {};
  for (const user of users) {
    const preferences: Json[] = await get(`users/${user.id}/preferences`);
    const threads: Json = {};
    for (const { team_id } of await get(`users/${user.id}/teams/members`)) {
      const { threads: list } = await get(
        `users/${user.id}/teams/${team_id}/threads?per_page=200&extended=false`,
      );
      for (const thread of list)
        threads[posts.get(thread.id) ?? thread.id] = pick(
          thread,
          "reply_count last_reply_at last_viewed_at unread_replies unread_mentions",
        );
    }
    people[user.username] = {
      ...pick(user, "email nickname first_name last_name position roles locale notify_props delete_at"),
      teams: sorted(
        (await get(`users/${user.id}/teams/members`)).map((seat: Json) => [
          teams.find(({ id }) => id === seat.team_id)?.name,
          seat.roles,
        ]),
      ),
      saved: preferences
        .filter(({ category }) => category === "flagged_post")
        .map(({ name }) => posts.get(name))
        .sort(),
      threads,
      status: user.props?.customStatus,
      picture: user.last_picture_update > 0 && (await bytesOf(`users/${user.id}/image`)),
      preferences: preferences
        .filter(({ category }) => PREFERENCES.includes(category))
        .map(({ category, name, value }) => [
          category,
          name === user.id
            ? "own"
            : (placeOf.get(name) ?? names.get(name) ?? teams.find(({ id }) => id === name)?.name ?? name),
          value,
        ])
        // Teammates are shown without a channel, too: exports know channels.
        .filter(
          ([category, name]) =>
            category !== "direct_channel_show" ||
            places[[user.username, name].sort().join(",")] !== undefined,
        )
        .map((parts) => parts.join("|"))
        .sort(),
    };
  }
  const emoji: Json[] = await get("emoji?per_page=200");
  return {
    teams: sorted(teams.map((team) => pick(team, "name display_name type description allow_open_invite"))),
    people,
    places,
    said,
    emoji: sorted(
      await Promise.all(emoji.map(async ({ id, name }) => [name, await bytesOf(`emoji/${id}/image`)])),
    ),
  };
}
