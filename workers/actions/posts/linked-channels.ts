import type { Post } from "../../model/post.ts";

export interface LinkedChannel {
  id: string;
  team_id: string;
  open: boolean;
}

/** Other channels whose name or content a post carries: links in `channel_mentions`, a previewed post (semantics 1.23). */
export function linkedChannels(post: Post): LinkedChannel[] {
  const channels: LinkedChannel[] = [];
  const mentions = post.props.channel_mentions;
  if (mentions && typeof mentions === "object") {
    for (const link of Object.values(mentions as Record<string, Partial<LinkedChannel & { type: string }>>)) {
      if (link?.id) channels.push({ id: link.id, team_id: link.team_id ?? "", open: link.type !== "P" });
    }
  }
  for (const embed of post.metadata.embeds ?? []) {
    if (embed.type !== "permalink") continue;
    const data = embed.data as { channel_id?: string; channel_type?: string; team_id?: string } | undefined;
    if (data?.channel_id)
      channels.push({ id: data.channel_id, team_id: data.team_id ?? "", open: data.channel_type === "O" });
  }
  return channels;
}

/** Whether everyone in a channel of `teamId` may read it: an open channel of the same team. */
const isCommon = (channel: LinkedChannel, teamId: string) =>
  teamId !== "" && channel.open && channel.team_id === teamId;

/** Of the channels that a post in a channel of `teamId` links to, those that not all its readers may read. */
export const restrictedChannels = (post: Post, teamId: string): LinkedChannel[] =>
  linkedChannels(post).filter((channel) => !isCommon(channel, teamId));

/** The post with links and previews of those channels only that all may read: open ones of `teamId`, "" for none. */
export function withoutLinks(post: Post, teamId = ""): Post {
  const hidden = new Set(restrictedChannels(post, teamId).map(({ id }) => id));
  const shown = withoutHidden(post, (id) => !hidden.has(id));
  if (!shown.metadata.embeds?.some(({ type }) => type === "permalink")) delete shown.props.previewed_post;
  return shown;
}

/** The post without links to and previews of channels that are not `readable`. */
export function withoutHidden(post: Post, readable: (channelId: string) => boolean): Post {
  const props = { ...post.props };
  const { embeds, ...metadata } = post.metadata;
  const kept = embeds?.filter(
    (embed) => embed.type !== "permalink" || readable((embed.data as { channel_id: string }).channel_id),
  );
  if (kept?.length !== embeds?.length) delete props.previewed_post;
  const links = Object.entries(
    (props.channel_mentions ?? {}) as Record<string, { id?: string } | null>,
  ).filter(([, link]) => !link?.id || readable(link.id));
  if (links.length > 0) props.channel_mentions = Object.fromEntries(links);
  else delete props.channel_mentions;
  return { ...post, props, metadata: kept && kept.length > 0 ? { ...metadata, embeds: kept } : metadata };
}
