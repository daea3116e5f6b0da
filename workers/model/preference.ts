/** A row of `preferences` under API names. */
export interface Preference {
  user_id: string;
  category: string;
  name: string;
  value: string;
}

/** Select list of `preferences p` that gives a Preference. */
export const PREFERENCE_COLUMNS = "p.userid AS user_id, p.category, p.name, coalesce(p.value, '') AS value";
