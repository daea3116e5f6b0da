import { envelope } from "../../../events/envelope.ts";
import { publish } from "../../../events/publish.ts";
import { savePreferences } from "../../preferences/save.ts";
import type { BuiltIn } from "../types.ts";

/** Announced by an event of its own (websocket 6.4). */
const previews = (trigger: string, value: string, description: string, text: string): BuiltIn => ({
  trigger,
  hint: "",
  description,
  async run({ r, ctx }) {
    const user_id = r.userId;
    const preference = { user_id, category: "display_settings", name: "collapse_previews", value };
    const save = savePreferences(user_id, [preference]);
    await ctx.sql.query(save.text, save.params);
    const changed = envelope("preference_changed", { preference: JSON.stringify(preference) }, { user_id });
    await publish(ctx, `user:${user_id}`, [changed], [{ kind: "preferences", user: user_id }]);
    return { text };
  },
});

/** Clients do these themselves; a client that sends them cannot. */
const clientOnly = (trigger: string, hint: string, description: string): BuiltIn => ({
  trigger,
  hint,
  description,
  run: () => ({ text: `/${trigger} does not work in this app.` }),
});

export const forClient: BuiltIn[] = [
  previews("collapse", "true", "Collapse image previews", "Image links now collapse by default."),
  previews("expand", "false", "Expand image previews", "Image links now expand by default."),
  {
    trigger: "help",
    hint: "",
    description: "Show where help is",
    run({ ctx }) {
      const link = ctx.config.SupportSettings.HelpLink;
      return { text: link ? `Help is at ${link}` : "Ask your system administrator for help." };
    },
  },
  {
    trigger: "logout",
    hint: "",
    description: "Log out",
    run: ({ ctx }) => ({ goto: `${ctx.config.ServiceSettings.SiteURL}/login` }),
  },
  clientOnly("search", "[text]", "Search messages"),
  clientOnly("shortcuts", "", "Show the keyboard shortcuts"),
  clientOnly("settings", "", "Open the settings"),
  clientOnly("marketplace", "", "Open the marketplace"),
];
