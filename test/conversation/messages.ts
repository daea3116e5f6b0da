import type { Post } from "@mattermost/types/posts";
import { expect, it } from "vitest";
import { failureOf } from "../harness/client.ts";
import type { Steps } from "./scene.ts";

export const messages: Steps = (scene) => {
  it("posts, and everybody hears it once", async () => {
    const { ada, bob, cat, channel } = scene;
    const pending_post_id = `${ada.id}:${Date.now()}`;
    const draft = {
      channel_id: channel.id,
      message: `Hello @${bob.username} #engine`,
      pending_post_id,
    } as Post;
    scene.root = await ada.client.createPost(draft);
    const { root } = scene;
    expect(root).toMatchObject({
      user_id: ada.id,
      message: draft.message,
      hashtags: "#engine",
      pending_post_id,
    });
    expect((await ada.client.createPost(draft)).id).toBe(root.id);
    for (const actor of [ada, bob, cat]) {
      const event = await actor.ear.next("posted", ({ data }) => JSON.parse(data.post).id === root.id);
      expect(event.data).toMatchObject({
        channel_type: "O",
        channel_name: channel.name,
        sender_name: `@${ada.username}`,
        set_online: true,
      });
      expect(event.data.mentions).toBe(actor === bob ? JSON.stringify([bob.id]) : undefined);
      await actor.socket.next("posted", ({ parsed }) => parsed.post.id === root.id);
      await actor.socket.none("posted", ({ parsed }) => parsed.post.id === root.id);
    }
  });

  it("types", async () => {
    const { bob, cat, channel } = scene;
    bob.ear.client.userTyping(channel.id, "");
    const event = await cat.ear.next("typing", ({ broadcast }) => broadcast.channel_id === channel.id);
    expect(event.data).toEqual({ user_id: bob.id, parent_id: "" });
    await bob.socket.none("typing");
  });

  it("edits and shows the history", async () => {
    const { ada, bob, root } = scene;
    const edited = await ada.client.patchPost({ id: root.id, message: "Hello difference #engine" });
    expect(edited.edit_at).toBeGreaterThan(0);
    const event = await bob.ear.next("post_edited", ({ data }) => JSON.parse(data.post).id === root.id);
    expect(JSON.parse(event.data.post).message).toBe("Hello difference #engine");
    const history = await ada.client.getPostEditHistory(root.id);
    expect(history.map((version) => version.message)).toEqual([root.message]);
    expect((await failureOf(bob.client.patchPost({ id: root.id, message: "mine" }))).status_code).toBe(403);
  });

  it("reacts", async () => {
    const { ada, bob, root } = scene;
    await bob.client.addReaction(bob.id, root.id, "rocket");
    const added = await ada.ear.next("reaction_added");
    expect(JSON.parse(added.data.reaction)).toMatchObject({
      user_id: bob.id,
      post_id: root.id,
      emoji_name: "rocket",
    });
    expect(await ada.client.getReactionsForPost(root.id)).toHaveLength(1);
    expect((await ada.client.getPost(root.id)).metadata.reactions).toHaveLength(1);
    await bob.client.removeReaction(bob.id, root.id, "rocket");
    await ada.ear.next("reaction_removed");
  });

  it("pins", async () => {
    const { ada, bob, channel, root } = scene;
    await ada.client.pinPost(root.id);
    await bob.ear.next("post_edited", ({ data }) => JSON.parse(data.post).is_pinned);
    expect((await bob.client.getPinnedPosts(channel.id)).order).toEqual([root.id]);
    await ada.client.unpinPost(root.id);
    expect((await bob.client.getPinnedPosts(channel.id)).order).toEqual([]);
  });

  it("pages through what was said", async () => {
    const { ada, bob, channel } = scene;
    const said: string[] = [];
    for (let i = 0; i < 5; i++)
      said.push((await bob.client.createPost({ channel_id: channel.id, message: `line ${i}` })).id);
    const newest = await ada.client.getPosts(channel.id, 0, 3);
    expect(newest.order).toEqual([...said].reverse().slice(0, 3));
    expect(newest.prev_post_id).toBe(said[1]);
    const before = await ada.client.getPostsBefore(channel.id, said[2]!, 0, 2);
    expect(before.order).toEqual([said[1], said[0]]);
    const after = await ada.client.getPostsAfter(channel.id, said[2]!, 0, 10);
    expect(after.order).toEqual([said[4], said[3]]);
    const since = await ada.client.getPostsSince(channel.id, newest.posts[said[3]!]!.create_at);
    expect(since.order).toContain(said[4]);
    expect((await ada.client.getPostsByIds(said)).map((post) => post.id).sort()).toEqual([...said].sort());
  });

  it("takes back", async () => {
    const { ada, bob, channel } = scene;
    const slip = await bob.client.createPost({ channel_id: channel.id, message: "slip" });
    await bob.client.deletePost(slip.id);
    const event = await ada.ear.next("post_deleted", ({ data }) => JSON.parse(data.post).id === slip.id);
    expect(event.data.delete_by).toBeUndefined();
    expect((await failureOf(ada.client.getPost(slip.id))).status_code).toBe(404);
  });

  it("searches", async () => {
    const { ada, bob, team, channel, root } = scene;
    const found = async (terms: string) => (await ada.client.searchPosts(team.id, terms, false)).order;
    expect(await found("difference")).toEqual([root.id]);
    expect(await found("#engine")).toEqual([root.id]);
    expect(await found(`line from:${bob.username} in:${channel.name}`)).toHaveLength(5);
    expect(await found(`line -from:${bob.username}`)).toEqual([]);
    expect(await found('"line 3"')).toHaveLength(1);
  });
};
