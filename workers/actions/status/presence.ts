import type { Context } from "../../context.ts";
import { expireDnd } from "./expire-dnd.ts";
import { setAwayIfIdle, setAwayIfOthersIdle } from "./set-away.ts";
import { setEveryoneOffline, setOffline } from "./set-offline.ts";
import { setAllOnline } from "./set-online.ts";

/** What the state of users' connections does to their statuses (websocket 8); called by hubs, with many users at once. */
export const presence = {
  /** The node has started: nobody is connected yet. */
  started: setEveryoneOffline,
  /** Connections were authenticated. */
  connected: (ctx: Context, userIds: string[]) => setAllOnline(ctx, userIds),
  /** The last active connection of each user closed. */
  disconnected: setOffline,
  /** One of a user's connections closed; the others were last active at a time. */
  fewer: setAwayIfOthersIdle,
  /** About once a minute, for users with active connections. */
  idle: setAwayIfIdle,
  /** Once a minute. Users whose status has changed, who may not be connected. */
  async expired(ctx: Context): Promise<string[]> {
    return (await expireDnd(ctx)).filter(({ status }) => status !== "offline").map(({ user_id }) => user_id);
  },
};
