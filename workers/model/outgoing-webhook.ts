/** A row of `outgoingwebhooks` under API names. */
export interface OutgoingWebhook {
  id: string;
  /** Sent with every request, so that the receiver knows who asks. */
  token: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  creator_id: string;
  /** "" for every open channel of the team. */
  channel_id: string;
  team_id: string;
  trigger_words: string[];
  /** 0: the first word is a trigger word; 1: it starts with one. */
  trigger_when: number;
  callback_urls: string[];
  display_name: string;
  description: string;
  content_type: string;
  username: string;
  icon_url: string;
}

const list = (column: string) => `CASE WHEN ${column} LIKE '[%' THEN ${column}::json ELSE '[]' END`;

/** Select list of `outgoingwebhooks h` that gives an OutgoingWebhook. */
export const OUTGOING_COLUMNS = `h.id, h.token, h.createat AS create_at, h.updateat AS update_at, h.deleteat AS delete_at,
  h.creatorid AS creator_id, coalesce(h.channelid, '') AS channel_id, h.teamid AS team_id,
  ${list("h.triggerwords")} AS trigger_words, coalesce(h.triggerwhen, 0) AS trigger_when,
  ${list("h.callbackurls")} AS callback_urls, coalesce(h.displayname, '') AS display_name,
  coalesce(h.description, '') AS description, coalesce(h.contenttype, '') AS content_type,
  coalesce(h.username, '') AS username, coalesce(h.iconurl, '') AS icon_url`;
