// What people of an install might have done: made through the API, by a seed.

import { newId } from "../../workers/model/id.ts";
import { uploadOne } from "../files/uploads.ts";
import type { OwnNode } from "../harness/node.ts";
import { adminOf, makeChannel, makeTeam, makeUser, type Person } from "../harness/people.ts";
import type { Random } from "../property/random.ts";
import { GRAVES } from "./dump.ts";

const EMOJI = ["smile", "+1", "heart", "tada"];
const WORDS =
  'alpha beta gamma #delta ünïcode 😀 **bold** @all line\nbreak "quoted" back\\slash \u2028 zeta'.split(" ");
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

/** Teams, channels, users, a bot, emoji, and `posts` posts with what belongs to them. */
export async function converse(node: OwnNode, random: Random, posts: number): Promise<void> {
  const admin = adminOf(node);
  const users: Person[] = [];
  for (let i = 0; i < 5; i++)
    users.push(
      await makeUser({
        node,
        profile: { nickname: `Nick ${i}`, first_name: i % 2 ? "Ana" : "", position: "p", locale: "de" },
      }),
    );
  const places: { id: string; members: Person[]; graves: boolean }[] = [];
  for (let i = 0; i < 2; i++) {
    const members = users.filter((_, n) => n === i || random.below(3) > 0);
    const owner = members[0]!;
    const team = await makeTeam(owner, members.slice(1), { description: `team ${i}`, type: i ? "I" : "O" });
    for (let c = 0; c < 3; c++) {
      const others = members.slice(1).filter(() => random.below(4) > 0);
      const fields = {
        header: ["", GRAVES, "header"][c]!,
        purpose: c ? "" : "purpose",
        display_name: `Ch ${c} ünï`,
      };
      const channel = await makeChannel(owner, team, {
        members: others,
        type: c === 2 ? "P" : "O",
        ...fields,
      });
      places.push({ id: channel.id, members: [owner, ...others], graves: c === 1 });
    }
    const channel = await owner.client.getChannelByName(team.id, "town-square");
    places.push({ id: channel.id, members, graves: false });
  }
  const sorted = [...users].sort((a, b) => (a.username < b.username ? -1 : 1));
  for (const members of [
    sorted.slice(0, 2),
    sorted.slice(1, 3),
    sorted.slice(0, 3),
    sorted.slice(0, 4),
    [sorted[0]!],
  ]) {
    const ids = members.map(({ id }) => id);
    const channel =
      members.length > 2
        ? await members[0]!.client.createGroupChannel(ids)
        : await members[0]!.client.createDirectChannel([ids[0]!, ids.at(-1)!]);
    places.push({ id: channel.id, members, graves: false });
    if (members.length > 2) await prefer(members[0]!, "group_channel_show", channel.id);
    else await prefer(members[0]!, "direct_channel_show", ids.at(-1)!);
  }
  await emoji(admin, "party");
  await decorate(users, places);
  const { notify_props } = await users[3]!.client.getMe();
  const own = { ...notify_props, desktop: "all", push: "none", mention_keys: "words,more" };
  await users[3]!.client.patchMe({ notify_props: own } as never);

  const roots: { id: string; place: (typeof places)[0] }[] = [];
  for (let i = 0; i < posts; i++) {
    const place = random.of(places)!;
    const author = random.of(place.members)!;
    const root = random.below(3) === 0 ? roots.filter((one) => one.place === place).at(-1) : undefined;
    const files =
      // One at least, whatever the seed.
      i === 0 || random.below(6) === 0
        ? [
            await uploadOne(
              author,
              place.id,
              i === 0 || random.below(2) ? "a b.txt" : "p.png",
              random.below(2) ? PNG : `text ${i}`,
            ),
          ]
        : [];
    const message = Array.from({ length: 1 + random.below(6) }, () => random.of(WORDS)!).join(" ");
    const post = await author.client.createPost({
      channel_id: place.id,
      message: `${message} ${newId()}`,
      root_id: root?.id ?? "",
      file_ids: files.map(({ id }) => id),
      ...(random.below(8) === 0
        ? { props: { attachments: [{ text: "attached", color: "#ff0000" }], key: "v" } }
        : {}),
    } as never);
    if (!root) roots.push({ id: post.id, place });
    for (const reader of place.members)
      if (random.below(5) === 0)
        await reader.client.addReaction(reader.id, post.id, random.of([...EMOJI, "party"])!);
    const fate = i === 1 ? 1 : random.below(10);
    if (fate === 0) await author.client.pinPost(post.id);
    if (fate === 1) await author.client.patchPost({ id: post.id, message: `${message} edited` } as never);
    if (fate === 2) await prefer(random.of(place.members)!, "flagged_post", post.id);
    if (fate === 3 && !root && place.graves) await author.client.deletePost(post.id).then(() => roots.pop());
    if (fate === 4) {
      const reader = random.of(place.members)!;
      await reader.client.viewMyChannel(place.id);
    }
  }
  await admin.client.updateUserActive(users[4]!.id, false);
}

/** Pictures, favourites, settings. */
async function decorate(users: Person[], places: { id: string; members: Person[] }[]): Promise<void> {
  const [one, two] = users as [Person, Person];
  const form = new FormData();
  form.append("image", new Blob([PNG as never], { type: "image/png" }), "me.png");
  succeeded(await one.request("POST", `users/${one.id}/image`, form));
  for (const { id, members } of places.filter((_, i) => i % 3 === 0))
    await prefer(members[0]!, "favorite_channel", id, "true");
  await prefer(two, "display_settings", "use_military_time", "true");
  await prefer(two, "display_settings", "collapsed_reply_threads", "off");
  await prefer(two, "theme", "", '{"sidebarBg":"#123456"}');
  await prefer(two, "sidebar_settings", "limit_visible_dms_gms", "10");
  succeeded(await two.request("PUT", "users/me/status/custom", { emoji: "tada", text: "ünder way" }));
}

async function prefer({ id, client }: Person, category: string, name: string, value = "true"): Promise<void> {
  await client.savePreferences(id, [{ user_id: id, category, name, value }]);
}

function succeeded({ status, text }: { status: number; text: string }): void {
  if (status !== 200) throw new Error(text);
}

async function emoji(admin: Person, name: string): Promise<void> {
  const form = new FormData();
  form.append("emoji", JSON.stringify({ name, creator_id: admin.id }));
  form.append("image", new Blob([PNG as never], { type: "image/png" }), "e.png");
  succeeded(await admin.request("POST", "emoji", form));
}
