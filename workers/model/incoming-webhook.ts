/** A row of `incomingwebhooks` under API names; its id is its secret. */
export interface IncomingWebhook {
  id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  user_id: string;
  channel_id: string;
  team_id: string;
  display_name: string;
  description: string;
  username: string;
  icon_url: string;
  channel_locked: boolean;
}

/** Select list of `incomingwebhooks h` that gives an IncomingWebhook. */
export const INCOMING_COLUMNS = `h.id, h.createat AS create_at, h.updateat AS update_at, h.deleteat AS delete_at,
  h.userid AS user_id, h.channelid AS channel_id, h.teamid AS team_id, coalesce(h.displayname, '') AS display_name,
  coalesce(h.description, '') AS description, coalesce(h.username, '') AS username, coalesce(h.iconurl, '') AS icon_url,
  coalesce(h.channellocked, false) AS channel_locked`;
