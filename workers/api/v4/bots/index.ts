import { z } from "zod";
import { requireVisible } from "../../../access/accounts.ts";
import { requireSystem, rightsOf } from "../../../access/permissions.ts";
import { userById } from "../../../access/users.ts";
import {
  checkBot,
  doAssignBot,
  doCreateBot,
  doPatchBot,
  doSetBotActive,
} from "../../../actions/bots/change.ts";
import { doConvertToBot, doConvertToUser } from "../../../actions/bots/convert.ts";
import { botById, listBots } from "../../../actions/bots/read.ts";
import { audit, auditStatement } from "../../../actions/sessions/audit.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import type { Bot } from "../../../model/bot.ts";
import { given } from "../users/edit.ts";
import { profileFields } from "../users/schema.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
const missing = () => fail("store.sql_bot.get.missing.app_error");

/** The bot of the path, if the session may read it; who may not learns of none. Throws 404. */
async function requireRead(r: Req<any>): Promise<Bot> {
  const id = r.param("bot_user_id");
  const rights = await rightsOf(r);
  const bot = await botById(r.ctx, id);
  if (!bot) throw missing();
  const others = rights.system("read_others_bots");
  if (!others && !(bot.owner_id === r.userId && rights.system("read_bots"))) throw missing();
  return bot;
}

/** The same, if the session may manage it: manage_bots for one's own, manage_others_bots for the rest. Throws 404, 403. */
async function requireManage(r: Req<any>): Promise<Bot> {
  const rights = await rightsOf(r);
  const bot = await botById(r.ctx, r.param("bot_user_id"));
  if (!bot) throw missing();
  const own = bot.owner_id === r.userId;
  if (rights.system(own ? "manage_bots" : "manage_others_bots")) return bot;
  if (rights.system(own ? "read_bots" : "read_others_bots")) throw forbidden();
  throw missing();
}

const setActive = (path: string, active: boolean): Route =>
  route({
    method: "POST",
    path: `/api/v4/bots/{bot_user_id}/${path}`,
    auth: "session",
    access: requireManage,
    async handle(r, bot) {
      const user = await userById(r.ctx, bot.user_id);
      if (!user) throw missing();
      audit(r, `bot_user_id=${bot.user_id}`);
      return doSetBotActive(r.ctx, user, active);
    },
  });

/** Bots (semantics 22.7, 22.8). */
export const bots: Route[] = [
  route({
    method: "GET",
    path: "/api/v4/bots",
    auth: "session",
    async access(r) {
      const rights = await rightsOf(r);
      if (rights.system("read_others_bots")) return undefined;
      if (!rights.system("read_bots")) throw forbidden();
      return r.userId;
    },
    handle(r, ownerId) {
      const { perPage, offset } = r.page;
      const [includeDeleted, onlyOrphaned] = [r.bool("include_deleted"), r.bool("only_orphaned")];
      return listBots(r.ctx, { ownerId, includeDeleted, onlyOrphaned, perPage, offset });
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/bots",
    auth: "session",
    status: 201,
    body: z.object({ username: z.string(), display_name: text, description: text }),
    async access(r) {
      if (!(await rightsOf(r)).system("create_bot") || r.me.user.is_bot) throw forbidden();
      if (!r.ctx.config.ServiceSettings.EnableBotAccountCreation) throw fail("api.bot.create_disabled");
    },
    async handle(r) {
      const { username, display_name = "", description = "" } = r.body;
      const bot = await doCreateBot(r.ctx, r.userId, checkBot({ username, display_name, description }));
      audit(r, `bot_user_id=${bot.user_id}`);
      return bot;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/bots/{bot_user_id}",
    auth: "session",
    access: requireRead,
    handle(r, bot) {
      if (bot.delete_at > 0 && !r.bool("include_deleted")) throw missing();
      return bot;
    },
  }),
  route({
    method: "PUT",
    path: "/api/v4/bots/{bot_user_id}",
    auth: "session",
    body: z.object({ username: text, display_name: text, description: text }),
    access: requireManage,
    handle(r, bot) {
      audit(r, `bot_user_id=${bot.user_id}`);
      return doPatchBot(r.ctx, bot, checkBot(r.body));
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/{user_id}/convert_to_bot",
    auth: "session",
    async access(r) {
      await requireSystem(r, "manage_system");
      const user = await requireVisible(r, r.param("user_id"));
      if (user.is_bot) throw fail("api.bot.is_bot_already");
      return user;
    },
    async handle(r, user) {
      await doConvertToBot(r.ctx, user);
      audit(r, `user_id=${user.id}`);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/bots/{bot_user_id}/convert_to_user",
    auth: "session",
    body: z.object({ ...profileFields, password: z.string().min(1) }),
    async access(r) {
      const id = r.param("bot_user_id");
      await requireSystem(r, "manage_system");
      const user = await userById(r.ctx, id);
      if (!user?.is_bot) throw missing();
      return user;
    },
    async handle(r, user) {
      const profile = { ...given(r.body), password: r.body.password };
      const admin = r.bool("set_system_admin");
      await doConvertToUser(r.ctx, user, profile, {
        admin,
        audit: auditStatement(r, `bot_user_id=${user.id} set_system_admin=${admin}`),
      });
      return OK;
    },
  }),
  setActive("disable", false),
  setActive("enable", true),
  route({
    method: "POST",
    path: "/api/v4/bots/{bot_user_id}/assign/{user_id}",
    auth: "session",
    async access(r) {
      const userId = r.param("user_id");
      const bot = await requireManage(r);
      if (!(await rightsOf(r)).system("assign_bot")) throw forbidden();
      return { bot, userId };
    },
    async handle(r, { bot, userId }) {
      const owner = await userById(r.ctx, userId);
      if (!owner) throw fail("app.user.missing_account.const");
      if (owner.is_bot) throw forbidden();
      audit(r, `bot_user_id=${bot.user_id} owner_id=${userId}`);
      return doAssignBot(r.ctx, bot, userId);
    },
  }),
];
