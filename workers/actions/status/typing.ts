import type { Context } from "../../context.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";

/** Tells a channel's other members that someone writes; `parentId`: the thread's root, or "" (websocket 6.4). */
export async function notifyTyping(
  ctx: Context,
  userId: string,
  channelId: string,
  parentId: string,
): Promise<void> {
  const typing = envelope(
    "typing",
    { parent_id: parentId, user_id: userId },
    { channel_id: channelId, omit_users: [userId] },
  );
  await publish(ctx, `channel:${channelId}`, [typing]);
}
