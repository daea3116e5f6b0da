import { subjectOf } from "../../access/identity.ts";
import { Rights, rolePermissions } from "../../access/permissions.ts";
import type { Context } from "../../context.ts";
import { publish } from "../../events/publish.ts";
import type { Post } from "../../model/post.ts";
import type { Draft } from "./create.ts";
import type { Missed } from "./create-parts/mentioned.ts";
import type { Created } from "./create-sql.ts";
import { ephemeralEvent, ephemeralPost } from "./ephemeral.ts";
import type { Mentions } from "./mentions.ts";

/** What the author is told after the fact, as ephemeral posts: mentions that reached nobody (semantics 1.10, 2.6, 2.12). */
export async function notices(
  ctx: Context,
  draft: Draft,
  post: Post,
  created: Created,
  mentions: Mentions,
): Promise<void> {
  const { author, channel } = draft;
  const notice = (message: string, props?: Record<string, unknown>) =>
    ephemeralPost({
      channelId: channel.id,
      userId: author.id,
      rootId: post.root_id,
      message,
      at: post.create_at + 1,
      ...(props ? { props } : {}),
    });
  const posts: Post[] = [];
  if (mentions.highlightDisabled)
    posts.push(notice("Your message's channel-wide mention notified no one: you may not use those here."));
  const max = ctx.config.TeamSettings.MaxNotificationsPerChannel;
  if ((created.member_count ?? 0) > max) {
    for (const name of mentions.wideNames)
      posts.push(notice(`@${name} notified no one: this channel has more than ${max} members.`));
  }
  if (created.missed) posts.push(...(await missedNotices(ctx, draft, post, created.missed, notice)));
  if (posts.length === 0) return;
  await publish(
    ctx,
    `user:${author.id}`,
    posts.map((ephemeral) => ephemeralEvent(author.id, ephemeral)),
  );
}

/** Those in the team can be added by a click: clients make it of prop add_channel_member. */
async function missedNotices(
  ctx: Context,
  { author }: Draft,
  post: Post,
  missed: Missed[],
  notice: (message: string, props?: Record<string, unknown>) => Post,
): Promise<Post[]> {
  const inTeam = missed.filter((user) => user.in_team);
  const posts: Post[] = [];
  if (inTeam.length > 0) {
    const names = inTeam.map((user) => user.username);
    const ids = inTeam.map((user) => user.id);
    const props = {
      add_channel_member: {
        post_id: post.id,
        usernames: names,
        not_in_channel_usernames: names,
        user_ids: ids,
        not_in_channel_user_ids: ids,
        not_in_groups_usernames: [],
        not_in_groups_user_ids: [],
      },
    };
    posts.push(notice(missedText(names, "channel"), props));
  }
  const outside = missed.filter((user) => !user.in_team).map((user) => user.username);
  // Who may not see people of other teams is not told that they exist.
  if (outside.length > 0 && (await seesEveryone(ctx, author.id)))
    posts.push(notice(missedText(outside, "team")));
  return posts;
}

async function seesEveryone(ctx: Context, userId: string): Promise<boolean> {
  const subject = await subjectOf(ctx, userId);
  return subject !== undefined && new Rights(await rolePermissions(ctx), subject).system("view_members");
}

function missedText(names: string[], place: "channel" | "team"): string {
  const people = names.map((name) => `@${name}`);
  if (people.length === 1) return `${people[0]} was not notified by this mention, not being in the ${place}.`;
  return `${people.slice(0, -1).join(", ")} and ${people.at(-1)} were not notified by this mention, not being in the ${place}.`;
}
