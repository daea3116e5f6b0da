import type { Rights } from "../../access/permissions.ts";
import { badBody } from "../../errors/app-error.ts";
import type { Req } from "../../http/request.ts";
import type { Channel } from "../../model/channel.ts";
import type { Post } from "../../model/post.ts";
import { autoRespond, mayRespond } from "../posts/auto-respond.ts";
import { type Draft, doCreatePost } from "../posts/create.ts";
import { checkDraft, draftProps } from "../posts/draft.ts";
import { setOnline } from "../status/set-online.ts";

export interface PostInput {
  channel: Channel;
  /** The session's, as of now in that channel. */
  rights: Rights;
  message: string;
  rootId?: string;
  type?: string;
  props?: Record<string, unknown>;
}

/** Posts as the session's user what that user might have posted by POST /posts. Throws as that does. */
export async function postAsUser(r: Req<any>, input: PostInput): Promise<Post> {
  const { channel, rights, message, rootId = "", type = "", props = {} } = input;
  if (message === "") throw badBody("message");
  const asked = Object.create(r, { body: { value: { message, props } } }) as Req<any>;
  const draft: Draft = {
    channel,
    author: r.me.user,
    rootId,
    message,
    type,
    props: await draftProps(asked, channel, rights),
    fileIds: [],
    priority: "",
    pendingPostId: "",
    createAt: 0,
  };
  await checkDraft(asked, draft, rights);
  const post = await doCreatePost(r.ctx, draft, { rights, setOnline: true, markViewed: true, fires: true });
  r.ctx.background(setOnline(r.ctx, r.userId, { sessionId: r.me.session.id }));
  if (mayRespond(draft)) r.ctx.background(autoRespond(r.ctx, draft, post));
  return post;
}
