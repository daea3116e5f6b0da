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

/** The post for those who may not read all of the channels it links to. */
export function withoutLinks(post: Post): Post {
  const { channel_mentions: _, previewed_post: __, ...props } = post.props;
  const embeds = post.metadata.embeds?.filter((embed) => embed.type !== "permalink");
  const { embeds: ___, ...metadata } = post.metadata;
  return { ...post, props, metadata: embeds && embeds.length > 0 ? { ...metadata, embeds } : metadata };
}
