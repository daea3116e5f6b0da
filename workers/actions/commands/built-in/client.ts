import { doSavePreferences } from "../../preferences/save.ts";
import type { BuiltIn } from "../types.ts";

const previews = (trigger: string, value: string, description: string, text: string): BuiltIn => ({
  trigger,
  hint: "",
  description,
  async run({ r, ctx }) {
    const user_id = r.userId;
    const preference = { user_id, category: "display_settings", name: "collapse_previews", value };
    await doSavePreferences(ctx, user_id, [preference]);
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
