import type { Command } from "../../model/command.ts";
import { builtIns } from "./built-in/index.ts";

/** As clients get it: without the slash, which they add (types/autocomplete.d.ts). */
export interface Suggestion {
  Complete: string;
  Suggestion: string;
  Hint: string;
  Description: string;
  IconData: string;
}

/** The built-in commands as Commands that nobody made. */
export function builtInCommands(): Command[] {
  return builtIns.map(({ trigger, hint, description }) => ({
    id: "",
    token: "",
    create_at: 0,
    update_at: 0,
    delete_at: 0,
    creator_id: "",
    team_id: "",
    trigger,
    method: "",
    username: "",
    icon_url: "",
    auto_complete: true,
    auto_complete_desc: description,
    auto_complete_hint: hint,
    display_name: trigger,
    description: "",
    url: "",
  }));
}

/** Commands that what is typed may become (semantics 19.7): of those with nothing after their names. */
export function suggestions(typed: string, commands: Command[]): Suggestion[] {
  const input = typed.replace(/^\//, "").toLowerCase();
  if (/\s/.test(input)) return [];
  return commands
    .filter(({ trigger }) => trigger.startsWith(input))
    .map(({ trigger, auto_complete_hint, auto_complete_desc }) => ({
      Complete: trigger,
      Suggestion: trigger,
      Hint: auto_complete_hint,
      Description: auto_complete_desc,
      IconData: "",
    }))
    .sort((a, b) => (a.Complete < b.Complete ? -1 : 1));
}
