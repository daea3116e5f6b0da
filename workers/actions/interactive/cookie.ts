import type { Context } from "../../context.ts";
import { actionsOf, mapActions, type PostAction } from "../../model/interactive.ts";
import type { Post } from "../../model/post.ts";
import { sharedSecret } from "../system/shared-secret.ts";

/** What the cookie of an ephemeral post's action holds (semantics 20.5). */
export interface ActionCookie {
  type?: string | undefined;
  post_id: string;
  root_post_id: string;
  channel_id: string;
  data_source?: string | undefined;
  integration: NonNullable<PostAction["integration"]>;
  /** Props that stay as they are when the integration changes the post, and those that must not be there. */
  retain_props: Record<string, unknown>;
  remove_props: string[];
}

/** Of these an integration's update of a post changes nothing (semantics 20.4). */
export const RETAINED_PROPS = ["from_webhook", "override_username", "override_icon_url"] as const;

const NONCE = 12;
let key: CryptoKey | undefined;

async function keyOf(ctx: Context): Promise<CryptoKey> {
  key ??= await crypto.subtle.importKey("raw", await sharedSecret(ctx), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
  return key;
}

/** An ephemeral post as its reader gets it: of each action a cookie in place of its integration. */
export async function withCookies(ctx: Context, post: Post): Promise<Post> {
  const pressable = actionsOf(post.props).filter(({ integration }) => integration);
  if (pressable.length === 0) return post;
  const retain = Object.fromEntries(
    RETAINED_PROPS.filter((name) => name in post.props).map((name) => [name, post.props[name]]),
  );
  const common = {
    post_id: post.id,
    root_post_id: post.root_id || post.id,
    channel_id: post.channel_id,
    retain_props: retain,
    remove_props: RETAINED_PROPS.filter((name) => !(name in post.props)),
  };
  const sealed = new Map<PostAction, string>();
  await Promise.all(
    pressable.map(async (action) => {
      const { type, data_source, integration } = action;
      sealed.set(action, await seal(ctx, { ...common, type, data_source, integration: integration! }));
    }),
  );
  const props = mapActions(post.props, (action) => {
    const { integration: _, ...rest } = action;
    const cookie = sealed.get(action);
    return cookie ? { ...rest, cookie } : rest;
  });
  return { ...post, props };
}

async function seal(ctx: Context, cookie: ActionCookie): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const text = new TextEncoder().encode(JSON.stringify(cookie));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(ctx), text);
  return Buffer.concat([iv, new Uint8Array(sealed)]).toString("base64");
}

/** What a cookie of this server's holds; undefined for anything else. */
export async function openCookie(ctx: Context, cookie: string): Promise<ActionCookie | undefined> {
  const bytes = new Uint8Array(Buffer.from(cookie, "base64"));
  if (bytes.length <= NONCE) return undefined;
  const key = await keyOf(ctx);
  try {
    const iv = bytes.subarray(0, NONCE);
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes.subarray(NONCE));
    return JSON.parse(new TextDecoder().decode(text)) as ActionCookie;
  } catch {
    return undefined;
  }
}
