export type CategoryType = "favorites" | "channels" | "direct_messages" | "custom";

/** A row of `sidebarcategories` under API names, with the channels shown in it, in order. */
export interface SidebarCategory {
  id: string;
  user_id: string;
  team_id: string;
  /** Multiples of 10. */
  sort_order: number;
  sorting: "" | "manual" | "recent" | "alpha";
  type: CategoryType;
  display_name: string;
  muted: boolean;
  collapsed: boolean;
  channel_ids: string[];
}

/** Ids are normal ones, or `<type>_<user>_<team>` of the categories that everybody has (semantics 16.4). */
export function isCategoryId(value: string): boolean {
  return /^([a-z0-9]{26}|(favorites|channels|direct_messages)_[a-z0-9]{26}_[a-z0-9]{26})$/.test(value);
}
