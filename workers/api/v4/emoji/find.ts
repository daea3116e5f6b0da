import { z } from "zod";
import { emojiByNames, emojiPage, findEmoji } from "../../../actions/emoji/read.ts";
import { badBody, badUrl, fail } from "../../../errors/app-error.ts";
import { route } from "../../../http/route.ts";
import { isValidEmojiName } from "../../../text/names.ts";
import { isEnabled, requireEmoji, requireEnabled } from "./access.ts";

const MAX_NAMES = 200;
const MAX_TERM = 64;

export const findRoutes = [
  route({
    method: "GET",
    path: "/api/v4/emoji",
    auth: "session",
    access: requireEnabled,
    handle(r) {
      const sort = r.text("sort");
      if (sort !== "" && sort !== "name") throw badUrl("sort");
      return emojiPage(r.ctx, sort === "name", r.page);
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/emoji/autocomplete",
    auth: "session",
    access: () => undefined,
    handle(r) {
      const name = r.text("name");
      if (name === "") throw badUrl("name");
      return isEnabled(r) && name.length <= MAX_TERM ? findEmoji(r.ctx, name, true) : [];
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/emoji/search",
    auth: "session",
    body: z.object({
      term: z.string(),
      prefix_only: z.union([z.boolean(), z.enum(["true", "false", ""])]).nullish(),
    }),
    access: () => undefined,
    handle(r) {
      const { term, prefix_only } = r.body;
      if (term === "") throw badBody("term");
      const prefixOnly = prefix_only === true || prefix_only === "true";
      return isEnabled(r) && term.length <= MAX_TERM ? findEmoji(r.ctx, term, prefixOnly) : [];
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/emoji/names",
    auth: "session",
    body: z.array(z.string()),
    access: requireEnabled,
    handle(r) {
      const names = [...new Set(r.body)];
      if (names.length > MAX_NAMES)
        throw fail("api.emoji.get_multiple_by_name_too_many.request_error", { max: MAX_NAMES });
      const possible = names.filter(isValidEmojiName);
      return possible.length > 0 ? emojiByNames(r.ctx, possible) : [];
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/emoji/name/{emoji_name}",
    auth: "session",
    access: requireEnabled,
    async handle(r) {
      const name = r.path.emoji_name ?? "";
      if (!isValidEmojiName(name)) throw badUrl("emoji_name");
      const [found] = await emojiByNames(r.ctx, [name]);
      if (!found) throw fail("app.emoji.get_by_name.no_result");
      return found;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/emoji/{emoji_id}",
    auth: "session",
    access: requireEmoji,
    handle: (_r, emoji) => emoji,
  }),
];
