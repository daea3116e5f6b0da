/** A row of `emoji` under API names. */
export interface Emoji {
  id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  creator_id: string;
  name: string;
}

/** Select list of `emoji e` that gives an Emoji. */
export const EMOJI_COLUMNS = `e.id, e.createat AS create_at, e.updateat AS update_at, e.deleteat AS delete_at,
  e.creatorid AS creator_id, e.name`;
