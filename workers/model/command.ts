/** A row of `commands` under API names (types/integrations.d.ts). */
export interface Command {
  id: string;
  token: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  creator_id: string;
  team_id: string;
  trigger: string;
  /** POST, GET; "" of built-in ones. */
  method: "P" | "G" | "";
  username: string;
  icon_url: string;
  auto_complete: boolean;
  auto_complete_desc: string;
  auto_complete_hint: string;
  display_name: string;
  description: string;
  url: string;
}

/** Select list of `commands d` that gives a Command. */
export const COMMAND_COLUMNS = `d.id, d.token, d.createat AS create_at, d.updateat AS update_at, d.deleteat AS delete_at,
  d.creatorid AS creator_id, d.teamid AS team_id, d.trigger, d.method, coalesce(d.username, '') AS username,
  coalesce(d.iconurl, '') AS icon_url, coalesce(d.autocomplete, false) AS auto_complete,
  coalesce(d.autocompletedesc, '') AS auto_complete_desc, coalesce(d.autocompletehint, '') AS auto_complete_hint,
  coalesce(d.displayname, '') AS display_name, coalesce(d.description, '') AS description, d.url`;
