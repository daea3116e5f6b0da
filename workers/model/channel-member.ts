/** A row of `channelmembers` under API names. */
export interface ChannelMember {
  channel_id: string;
  user_id: string;
  /** Explicit roles and those of the flags (semantics 12.18). */
  roles: string;
  last_viewed_at: number;
  msg_count: number;
  mention_count: number;
  mention_count_root: number;
  urgent_mention_count: number;
  msg_count_root: number;
  notify_props: Record<string, string>;
  last_update_at: number;
  scheme_guest: boolean;
  scheme_user: boolean;
  scheme_admin: boolean;
  explicit_roles: string;
  autotranslation_disabled: boolean;
}

/** What a new member's notification settings are (schema-notes, channelmembers). */
export const DEFAULT_NOTIFY_PROPS = {
  desktop: "default",
  mark_unread: "all",
  push: "default",
  email: "default",
  ignore_channel_mentions: "default",
  channel_auto_follow_threads: "off",
};

/** Select list of `channelmembers m` that gives a ChannelMember. */
export const MEMBER_COLUMNS = `m.channelid AS channel_id, m.userid AS user_id,
  concat_ws(' ', nullif(m.roles, ''), CASE WHEN m.schemeguest THEN 'channel_guest' END,
    CASE WHEN m.schemeuser THEN 'channel_user' END, CASE WHEN m.schemeadmin THEN 'channel_admin' END) AS roles,
  m.lastviewedat AS last_viewed_at, m.msgcount AS msg_count, m.mentioncount AS mention_count,
  coalesce(m.mentioncountroot, 0) AS mention_count_root, coalesce(m.urgentmentioncount, 0) AS urgent_mention_count,
  coalesce(m.msgcountroot, 0) AS msg_count_root, coalesce(m.notifyprops, '{}') AS notify_props,
  m.lastupdateat AS last_update_at, coalesce(m.schemeguest, false) AS scheme_guest,
  coalesce(m.schemeuser, false) AS scheme_user, coalesce(m.schemeadmin, false) AS scheme_admin,
  coalesce(m.roles, '') AS explicit_roles, coalesce(m.autotranslationdisabled, false) AS autotranslation_disabled`;
