import type { Post, PostPreviewMetadata } from "@mattermost/types/posts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linkHash } from "../../workers/actions/posts/metadata/fetch/links.ts";
import { newId } from "../../workers/model/id.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { page, rowTrips, say } from "./help.ts";

const SITE = "https://chat.example.org/sub";

describe("what a post's text tells", () => {
  let node: OwnNode;
  let world: World;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    node = await ownNode({
      env: {
        MM_SERVICESETTINGS_SITEURL: SITE,
        MM_SERVICESETTINGS_RESTRICTLINKPREVIEWS: "no.example.org",
        // These sites are not there: where names are looked up slowly, every post would wait its full time.
        MM_EXPERIMENTALSETTINGS_LINKMETADATATIMEOUTMILLISECONDS: "200",
      },
    });
    world = await makeWorld({ node, users: 2 });
    [alice, bob] = world.users as [Person, Person];
  });
  afterAll(() => node?.stop());

  const link = (post: Post) => `${SITE}/${world.team.name}/pl/${post.id}`;
  const seen = async (person: Person, post: Post) => {
    const alone = await person.client.getPost(post.id);
    const { list } = await page(person, { id: post.channel_id });
    expect(list.posts[post.id]).toEqual(alone);
    return alone;
  };

  it("previews a linked post, one level only", async () => {
    const target = await say(alice, world.channel, `target, see ${SITE}/x/pl/${newId()}`);
    const post = await say(bob, world.channel, `look: ${link(target)}`);
    const edited = await bob.client.patchPost({ id: post.id, message: `look at ${link(target)} !` } as Post);
    expect(edited.props.previewed_post).toBe(target.id);
    const { metadata } = await seen(alice, post);
    const [embed] = metadata.embeds;
    expect(embed).toMatchObject({ type: "permalink", url: link(target) });
    const data = embed!.data as PostPreviewMetadata;
    expect(data).toMatchObject({
      post_id: target.id,
      team_name: world.team.name,
      channel_type: "O",
      channel_id: world.channel.id,
    });
    expect(data.post).toMatchObject({ id: target.id, message: target.message, metadata: {} });
  });

  it("shows a preview only to readers of the linked channel, in lists too", async () => {
    const secret = await makeChannel(alice, world.team, { type: "P" });
    const target = await say(alice, secret, "hidden words");
    const post = await say(alice, world.channel, "nothing yet");
    const [hers, his] = [await alice.ws(), await bob.ws()];
    await alice.client.patchPost({ id: post.id, message: link(target) } as Post);
    const heard = async (ear: typeof hers) =>
      (await ear.next("post_edited", (e) => e.parsed.post.id === post.id)).data.post as string;
    expect(await heard(hers)).toContain("hidden words");
    expect(await heard(his)).not.toContain("hidden words");
    expect((await seen(alice, post)).metadata.embeds).toHaveLength(1);
    const bobs = await seen(bob, post);
    expect([bobs.metadata, bobs.props.previewed_post]).toEqual([{}, undefined]);
    for (const path of [
      `posts/${post.id}/thread`,
      `channels/${world.channel.id}/posts?since=1`,
      `channels/${world.channel.id}/posts?collapsedThreads=true`,
    ]) {
      expect((await bob.request("GET", path)).text).not.toContain("hidden words");
      expect((await alice.request("GET", path)).text).toContain("hidden words");
    }
    expect((await bob.request("POST", "posts/ids", [post.id])).text).not.toContain("hidden words");
    // What is shown of another channel changes with that one.
    await alice.client.patchPost({ id: target.id, message: "other words" } as Post);
    expect(JSON.stringify(await seen(alice, post))).toContain("other words");
    await alice.client.deletePost(target.id);
    expect((await seen(alice, post)).metadata).toEqual({});
  });

  it("tells what is stored of a link; a link of which nothing is known stays a link", async () => {
    const url = `https://example.org/${newId()}`;
    const post = await say(alice, world.channel, `read ${url} and https://other.example.org`);
    expect((await seen(bob, post)).metadata.embeds).toEqual([{ type: "link", url }]);
    const hour = post.create_at - (post.create_at % 3_600_000);
    // For the next hour, too: it may begin before the next post.
    const store = async (address: string, type: string, data: object) => {
      for (const of of [hour, hour + 3_600_000])
        await database(node)`
          insert into linkmetadata (hash, url, timestamp, type, data) values (${linkHash(address, of)}, ${address}, ${of}, ${type}, ${database(node).json(data as never)})
          on conflict (hash) do update set type = excluded.type, data = excluded.data`;
    };
    const picture = `${url}/p.png`;
    await store(url, "opengraph", {
      type: "article",
      title: "t".repeat(400),
      url,
      images: [{ url: picture }],
    });
    await store(picture, "image", { width: 10, height: 20, format: "png", frame_count: 0 });
    const { metadata } = await bob.client.getPost(post.id);
    expect(metadata.embeds[0]).toMatchObject({
      type: "opengraph",
      url,
      data: { title: `${"t".repeat(300)}[...]`, images: [{ url: picture }] },
    });
    expect(metadata.images).toEqual({ [picture]: { width: 10, height: 20, format: "png", frame_count: 0 } });

    const image = await say(alice, world.channel, `${picture} ![x](${picture})`);
    // The site cannot be reached, which does not undo what is known of it.
    expect((await bob.client.getPost(image.id)).metadata).toEqual({
      embeds: [{ type: "image", url: picture }],
      images: { [picture]: { width: 10, height: 20, format: "png", frame_count: 0 } },
    });
  });

  it("leaves out restricted hosts, links in code, explicit links and unsafe ones", async () => {
    const without = [
      "https://no.example.org/a",
      "`https://example.org`",
      "[t](https://example.org)",
      "plain",
    ];
    for (const message of without)
      expect((await seen(bob, await say(alice, world.channel, message))).metadata).toEqual({});
    const second = await say(alice, world.channel, "https://no.example.org/a then https://yes.example.org");
    expect((await seen(bob, second)).metadata.embeds).toEqual([
      { type: "link", url: "https://yes.example.org" },
    ]);
    const unsafe = await say(alice, world.channel, "https://example.org", {
      props: { unsafe_links: "true" },
    });
    expect((await seen(bob, unsafe)).metadata).toEqual({});
    const attached = await say(alice, world.channel, "https://example.org", {
      props: { attachments: [{ text: "a" }] },
    });
    expect((await seen(bob, attached)).metadata.embeds).toEqual([{ type: "message_attachment" }]);
  });

  it("brings custom emoji of the text and of attachments, and looks up nothing where none can be", async () => {
    const [a, b] = [`a${newId().slice(0, 9)}`, `b${newId().slice(0, 9)}`];
    for (const name of [a, b])
      await database(
        node,
      )`insert into emoji (id, createat, updateat, deleteat, creatorid, name) values (${newId()}, 1, 1, 0, ${alice.id}, ${name})`;
    const post = await say(alice, world.channel, `:${a}: at 10:30:45 :+1:`, {
      props: { attachments: [{ title: `:${b}:` }] },
    });
    expect((await seen(bob, post)).metadata.emojis.map((emoji) => emoji.name).sort()).toEqual([a, b].sort());
    const plain = await say(alice, world.channel, "only :smile: here");
    expect(rowTrips(await bob.request("GET", `posts/${plain.id}`))).toBe(1);
    const custom = await bob.request("GET", `posts/${post.id}`);
    expect(rowTrips(custom)).toBe(2);
  });

  it("carries priority", async () => {
    const post = await say(alice, world.channel, "now", {
      metadata: { priority: { priority: "urgent" } } as never,
    });
    expect((await seen(bob, post)).metadata).toEqual({
      priority: { priority: "urgent", requested_ack: false, persistent_notifications: false },
    });
  });
});
