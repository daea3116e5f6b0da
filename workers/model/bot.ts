/** A bot as clients get it (types/bots.d.ts). */
export interface Bot {
  user_id: string;
  username: string;
  display_name: string;
  description: string;
  owner_id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  last_icon_update: number;
}

/** Select list of `bots b JOIN users u ON u.id = b.userid` that gives a Bot. */
export const BOT_COLUMNS = `b.userid AS user_id, u.username, u.firstname AS display_name,
  coalesce(b.description, '') AS description, b.ownerid AS owner_id, b.createat AS create_at, b.updateat AS update_at,
  b.deleteat AS delete_at, coalesce(b.lasticonupdate, 0) AS last_icon_update`;

export const BOT_FROM = "bots b JOIN users u ON u.id = b.userid";
