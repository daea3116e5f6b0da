import { z } from "zod";
import { breachesOf } from "./schemas.ts";

/** One event as a client got it. */
export interface SocketEvent {
  event: string;
  data: Record<string, any>;
  /** `data` with its JSON-in-string fields decoded. */
  parsed: Record<string, any>;
  broadcast: {
    omit_users: Record<string, true> | null;
    user_id: string;
    channel_id: string;
    team_id: string;
    connection_id: string;
    omit_connection_id: string;
    contains_sanitized_data?: true;
    contains_sensitive_data?: true;
  };
  seq: number;
}

const id = z.string().regex(/^[a-z0-9]{26}$/);
const text = z.string();
const ms = z.number().int().min(1);
const count = z.number().int().min(0);

/** A plain object that must be a component of api-v4.json. */
const component = (name: string) =>
  z.unknown().superRefine((value, ctx) => {
    for (const message of breachesOf(name, value))
      ctx.addIssue({ code: "custom", message: `${name} ${message}` });
  });

/** A string that holds JSON of `of`. */
const json = <T extends z.ZodType>(of: T) =>
  z
    .string()
    .transform((value, ctx) => {
      try {
        return JSON.parse(value) as unknown;
      } catch {
        ctx.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(of);

const empty = z.strictObject({});
const post = json(component("Post"));

type Field = "user_id" | "channel_id" | "team_id";
/** Which of the broadcast's ids must be set; the others must be "". */
const SCOPES: Record<string, Field[]> = {
  A: [],
  U: ["user_id"],
  C: ["channel_id"],
  T: ["team_id"],
  UC: ["user_id", "channel_id"],
  UT: ["user_id", "team_id"],
  UTC: ["user_id", "team_id", "channel_id"],
};

type Variant = [scopes: string, data: z.ZodType];
const posted = z.strictObject({
  post,
  channel_type: z.enum(["O", "P", "D", "G"]),
  channel_display_name: text,
  channel_name: text.min(1),
  sender_name: text.min(1),
  team_id: z.union([id, z.literal("")]),
  set_online: z.boolean(),
  otherFile: z.literal("true").optional(),
  image: z.literal("true").optional(),
  mentions: json(z.array(id).length(1)).optional(),
  followers: json(z.array(id).length(1)).optional(),
  should_ack: z.literal(true).optional(),
});

const team = z.strictObject({ team: json(component("Team")) });
const preferences = z.strictObject({ preferences: json(z.array(component("Preference")).min(1)) });
const userInTeam = z.strictObject({ user_id: id, team_id: id });
const draft = z.strictObject({
  draft: json(z.looseObject({ user_id: id, channel_id: id, root_id: text, message: text })),
});

const bookmark = json(component("ChannelBookmarkWithFileInfo"));
const scheduledPost = z.strictObject({ scheduledPost: json(component("ScheduledPost")) });

/** Every event that Edgemost emits, with its exact data and scopes (websocket.md 6). */
export const EVENTS: Record<string, Variant[]> = {
  hello: [
    [
      "U",
      z.strictObject({ server_version: text.min(1), connection_id: id, server_hostname: text.optional() }),
    ],
  ],
  posted: [["C", posted]],
  post_edited: [["C UC", z.strictObject({ post })]],
  post_deleted: [
    ["C", z.strictObject({ post, delete_by: id.optional() })],
    [
      "U UC",
      z.strictObject({ post: json(z.looseObject({ id: text, type: z.literal("system_ephemeral") })) }),
    ],
  ],
  post_unread: [
    [
      "UTC UC",
      z.strictObject({
        msg_count: count,
        msg_count_root: count,
        mention_count: count,
        mention_count_root: count,
        urgent_mention_count: count,
        last_viewed_at: z.number().int(),
        post_id: id,
      }),
    ],
  ],
  ephemeral_message: [["UC", z.strictObject({ post })]],
  open_dialog: [
    [
      "U",
      z.strictObject({
        dialog: json(z.strictObject({ trigger_id: id, url: text.min(1), dialog: z.looseObject({}) })),
      }),
    ],
  ],
  reaction_added: [["C", z.strictObject({ reaction: json(component("Reaction")) })]],
  reaction_removed: [["C", z.strictObject({ reaction: json(component("Reaction")) })]],
  thread_updated: [
    [
      "UT U",
      z.strictObject({
        thread: json(component("UserThread")),
        previous_unread_mentions: count.optional(),
        previous_unread_replies: count.optional(),
      }),
    ],
  ],
  thread_follow_changed: [
    ["UT U", z.strictObject({ thread_id: id, state: z.boolean(), reply_count: count })],
  ],
  thread_read_changed: [
    [
      "UT U",
      z.strictObject({
        thread_id: id,
        timestamp: ms,
        unread_mentions: count,
        unread_replies: count,
        previous_unread_mentions: count,
        previous_unread_replies: count,
        channel_id: id,
      }),
    ],
    ["UT", empty],
    ["UC", z.strictObject({ timestamp: ms })],
  ],
  channel_bookmark_created: [["C", z.strictObject({ bookmark })]],
  channel_bookmark_updated: [
    ["C", z.strictObject({ bookmarks: json(component("UpdateChannelBookmarkResponse")) })],
  ],
  channel_bookmark_deleted: [["C", z.strictObject({ bookmark })]],
  channel_bookmark_sorted: [
    ["C", z.strictObject({ bookmarks: json(z.array(component("ChannelBookmarkWithFileInfo"))) })],
  ],
  scheduled_post_created: [["U", scheduledPost]],
  scheduled_post_updated: [["U", scheduledPost]],
  scheduled_post_deleted: [["U", scheduledPost]],
  draft_created: [["UC", draft]],
  draft_deleted: [["UC", draft]],
  channel_created: [["U", z.strictObject({ channel_id: id, team_id: id })]],
  channel_updated: [["C", z.strictObject({ channel: json(component("Channel")) })]],
  channel_converted: [["T", z.strictObject({ channel_id: id })]],
  channel_deleted: [["T C", z.strictObject({ channel_id: id, delete_at: ms })]],
  channel_restored: [["T C", z.strictObject({ channel_id: id })]],
  channel_member_updated: [["U", z.strictObject({ channelMember: json(component("ChannelMember")) })]],
  direct_added: [["C", z.strictObject({ creator_id: id, teammate_id: id })]],
  group_added: [["UC", z.strictObject({ teammate_ids: json(z.array(id).min(1)) })]],
  user_added: [["C UC", z.strictObject({ user_id: id, team_id: z.union([id, z.literal("")]) })]],
  user_removed: [
    ["C", z.strictObject({ user_id: id, remover_id: z.union([id, z.literal("")]) })],
    ["U", z.strictObject({ channel_id: id, remover_id: z.union([id, z.literal("")]) })],
  ],
  multiple_channels_viewed: [["U", z.strictObject({ channel_times: z.record(id, z.number().int()) })]],
  sidebar_category_created: [["UT", z.strictObject({ category_id: text.min(1) })]],
  sidebar_category_updated: [
    ["UT", z.strictObject({ updatedCategories: json(z.array(component("SidebarCategoryWithChannels"))) })],
    ["U", empty],
  ],
  sidebar_category_deleted: [["UT", z.strictObject({ category_id: text.min(1) })]],
  sidebar_category_order_updated: [["UT", z.strictObject({ order: z.array(text) })]],
  added_to_team: [["U", userInTeam]],
  leave_team: [["T U", userInTeam]],
  update_team: [["T", team]],
  delete_team: [["T", team]],
  restore_team: [["T", team]],
  memberrole_updated: [["U", z.strictObject({ member: json(component("TeamMember")) })]],
  new_user: [["A", z.strictObject({ user_id: id })]],
  user_updated: [["A U", z.strictObject({ user: component("User") })]],
  user_role_updated: [["U", z.strictObject({ user_id: id, roles: text })]],
  user_activation_status_change: [["A", empty]],
  preferences_changed: [["U", preferences]],
  preferences_deleted: [["U", preferences]],
  preference_changed: [["U", z.strictObject({ preference: json(component("Preference")) })]],
  status_change: [
    ["U", z.strictObject({ status: z.enum(["online", "away", "dnd", "offline", "ooo"]), user_id: id })],
  ],
  typing: [["C", z.strictObject({ parent_id: text, user_id: id })]],
  config_changed: [["A", z.strictObject({ config: z.record(text, text) })]],
  license_changed: [["A", z.strictObject({ license: z.record(text, text) })]],
  first_admin_visit_marketplace_status_received: [
    ["A", z.strictObject({ firstAdminVisitMarketplaceStatus: text })],
  ],
  emoji_added: [["A", z.strictObject({ emoji: json(component("Emoji")) })]],
  role_updated: [["A T C", z.strictObject({ role: json(component("Role")) })]],
};

const frame = z.strictObject({
  event: text.min(1),
  data: z.record(text, z.unknown()),
  broadcast: z.strictObject({
    omit_users: z.record(id, z.literal(true)).nullable(),
    user_id: text,
    channel_id: text,
    team_id: text,
    connection_id: text,
    omit_connection_id: text,
    contains_sanitized_data: z.literal(true).optional(),
    contains_sensitive_data: z.literal(true).optional(),
  }),
  seq: count,
});

/** Checks one frame that is no reply; the event is usable whatever the problems. */
export function checkEvent(raw: any): { event: SocketEvent; problems: string[] } {
  const event: SocketEvent = { ...raw, parsed: raw?.data ?? {} };
  const outer = frame.safeParse(raw);
  if (!outer.success) return { event, problems: issues(outer.error) };
  const variants = EVENTS[event.event];
  if (!variants) return { event, problems: ["is not in events.ts"] };
  let problems: string[] = [];
  for (const [scopes, schema] of variants) {
    const data = schema.safeParse(raw.data);
    if (data.success) event.parsed = data.data as Record<string, any>;
    const inScope = scopes.split(" ").some((scope) => matches(scope, event.broadcast));
    if (data.success && inScope) return { event, problems: ruleProblems(event) };
    const found = data.success ? [] : issues(data.error);
    if (!inScope) found.push(`broadcast ${JSON.stringify(event.broadcast)} is not one of: ${scopes}`);
    if (problems.length === 0 || found.length < problems.length) problems = found;
  }
  return { event, problems };
}

function matches(scope: string, broadcast: SocketEvent["broadcast"]): boolean {
  const set = SCOPES[scope]!;
  return (["user_id", "channel_id", "team_id"] as const).every(
    (field) => (broadcast[field] !== "") === set.includes(field),
  );
}

/** What depends on more than one field. */
function ruleProblems({ event, data, parsed, broadcast }: SocketEvent): string[] {
  const problems: string[] = [];
  if (event === "posted" && parsed.post.channel_id !== broadcast.channel_id)
    problems.push("the post is of another channel");
  if (
    event === "post_deleted" &&
    (data.delete_by !== undefined) !== (broadcast.contains_sensitive_data === true) &&
    !broadcast.user_id
  ) {
    problems.push("delete_by is for the variant with contains_sensitive_data only");
  }
  if (event === "typing" && !broadcast.omit_users?.[data.user_id])
    problems.push("goes to the typing user, too");
  if (/^(update|delete|restore)_team$/.test(event) && (parsed.team.email || parsed.team.invite_id)) {
    problems.push("the team's email or invite_id is not blanked");
  }
  if (event === "user_updated") {
    for (const secret of ["password", "mfa_secret", "auth_data"])
      if (data.user[secret]) problems.push(`tells ${secret}`);
  }
  return problems;
}

function issues(error: z.ZodError): string[] {
  return error.issues.slice(0, 5).map((issue) => `${issue.path.join("/")} ${issue.message}`);
}
