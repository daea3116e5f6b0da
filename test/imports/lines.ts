// Lines of imports, good ones and bad ones.

import { VERSION } from "./support.ts";

export const AT = 1_700_000_000_000;

export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

export const team = (name: string, more = {}) => ({
  type: "team",
  team: { name, display_name: name, type: "O", ...more },
});
export const channel = (team: string, name: string, more = {}) => ({
  type: "channel",
  channel: { team, name, display_name: name, type: "O", ...more },
});
export const user = (username: string, more = {}) => ({
  type: "user",
  user: { username, email: `${username}@example.com`, ...more },
});
export const post = (team: string, channel: string, user: string, message: string, more = {}) => ({
  type: "post",
  post: { team, channel, user, message, create_at: AT, ...more },
});

const big = (message: string) => ({ ...post("x", "y", "z", message) });
/** What is wrong, the lines of the file, and how the job says so. */
export const BAD_LINES: [string, (object | string)[], RegExp][] = [
  ["no lines", [], /^line 1: version: the file has no lines/],
  ["no version", [team("tt")], /^line 1: version: /],
  ["another version", [{ type: "version", version: 2 }], /^line 1: version: .*version/],
  ["a second version", [VERSION, VERSION], /^line 2: version: /],
  ["no JSON", [VERSION, "", "{"], /^line 3: line: is no JSON/],
  ["no object", [VERSION, "7"], /^line 2: line: /],
  ["another type", [VERSION, { type: "constructor", constructor: {} }], /^line 2: line: there is no type/],
  ["a field that is not known", [VERSION, team("tt", { colour: "red" })], /^line 2: team: .*colour/],
  [
    "a field beside",
    [VERSION, { ...team("tt"), more: 1 }],
    /^line 2: team: has a field that is not known: more/,
  ],
  ["a scheme", [VERSION, { type: "scheme", scheme: { name: "s" } }], /^line 2: scheme: .*licence/],
  ["a team's scheme", [VERSION, team("tt", { scheme: "s" })], /^line 2: team: scheme: .*licence/],
  ["a bad name", [VERSION, team("A B")], /^line 2: team: /],
  ["half a character", [VERSION, team("tt", { description: "\ud800" })], /^line 2: line: .*half a character/],
  ["a NUL", [VERSION, team("tt", { description: "a\0b" })], /^line 2: line: .*NUL/],
  ["no such team", [VERSION, channel("nowhere", "cc")], /^line 2: channel: there is no team "nowhere"/],
  [
    "a team that comes too late",
    [VERSION, channel("late", "cc"), team("late")],
    /^line 2: channel: .*"late"/,
  ],
  [
    "no such channel",
    [VERSION, team("tt"), user("uu", { teams: [{ name: "tt", channels: [{ name: "none" }] }] })],
    /^line 3: user: there is no channel "tt\/none"/,
  ],
  [
    "no such role",
    [VERSION, user("uu", { roles: "system_user emperor" })],
    /^line 2: user: there is no role "emperor"/,
  ],
  [
    "a taken address",
    [VERSION, user("uu"), user("vv", { email: "uu@example.com" })],
    /^line 3: user: the e-mail address is that of "uu" \(line 2\)/,
  ],
  [
    "the last administrator",
    [VERSION, user("sysadmin", { roles: "system_user" })],
    /^line 2: user: no active system administrator/,
  ],
  ["a theme that is none", [VERSION, user("uu", { theme: "dark" })], /^line 2: user: theme: /],
  ["a long password", [VERSION, user("uu", { password: "x".repeat(73) })], /^line 2: user: password/],
  ["auth_service alone", [VERSION, user("uu", { auth_service: "ldap" })], /^line 2: user: .*auth_data/],
  [
    "no such author",
    [VERSION, team("tt"), post("tt", "town-square", "nobody", "m")],
    /^line 3: post: there is no user "nobody"/,
  ],
  ["a long message", [VERSION, big("x".repeat(16_384))], /^line 2: post: message: is longer than 16383/],
  ["the earlier of two", [VERSION, channel("nowhere", "cc"), "{"], /^line 2: channel: there is no team/],
  [
    "a reply without a time",
    [VERSION, { ...post("x", "y", "z", "m", { replies: [{ user: "z", message: "r" }] }) }],
    /^line 2: post: replies\.0\.create_at/,
  ],
  [
    "a file that is missing",
    [VERSION, post("x", "y", "z", "m", { attachments: [{ path: "no.txt" }] })],
    /^line 2: post: the archive has no file "no.txt"/,
  ],
  [
    "a path that leaves",
    [VERSION, post("x", "y", "z", "m", { attachments: [{ path: "../../etc/passwd" }] })],
    /^line 2: post: attachments\.0\.path: /,
  ],
  [
    "nine in a group",
    [VERSION, { type: "direct_channel", direct_channel: { members: [..."abcdefghi"] } }],
    /^line 2: direct_channel: /,
  ],
  [
    "too long a line",
    [VERSION, `{"type":"team","x":"${"x".repeat(16 * 1024 * 1024)}"}`],
    /^line 2: line: is longer than/,
  ],
];

interface Names {
  red: string;
  carl: string;
  dora: string;
  robot: string;
  admin: string;
}

/** Lines of every type, with almost everything that they may say. */
export function everything({ red, carl, dora, robot, admin }: Names) {
  const seat = {
    name: "news",
    roles: "channel_user channel_admin",
    notify_props: { desktop: "none", mobile: "all" },
    favorite: true,
  };
  const lines: object[] = [
    VERSION,
    {
      type: "role",
      role: { name: `custom_${red.slice(4, 12)}`, display_name: "Custom", permissions: ["create_post"] },
    },
    { type: "emoji", emoji: { name: `e${red}`, image: "pictures/e.png" } },
    team(red, { description: "d", allow_open_invite: true }),
    channel(red, "news", { header: "h", purpose: "p" }),
    channel(red, "old", { type: "P", deleted_at: AT }),
    user(carl, {
      password: "Secret-pass-1",
      profile_image: "pictures/p.png",
      nickname: "C",
      locale: "pt_BR",
      use_military_time: "true",
      email_interval: "hour",
      theme: '{"sidebarBg":"#123456"}',
      notify_props: { desktop: "all", mobile: "none", mention_keys: "cc" },
      auth_data: null,
      teams: [
        { name: red, roles: "team_user team_admin", theme: '{"sidebarBg":"#654321"}', channels: [seat] },
      ],
    }),
    user(dora, { delete_at: AT, teams: [{ name: red, roles: "team_user" }] }),
    { type: "bot", bot: { username: robot, owner: carl, display_name: "R", description: "robot" } },
    post(red, "news", carl, "hello #you", {
      is_pinned: true,
      edit_at: AT + 5,
      flagged_by: [carl],
      props: { card: "x" },
      reactions: [{ user: dora, emoji_name: "smile", create_at: AT + 1 }],
      attachments: [{ path: "docs/b.txt" }, { path: "docs/a.png" }],
      thread_followers: [{ user: carl, last_viewed: AT + 10, unread_mentions: 1 }],
      replies: [
        { user: dora, message: "one", create_at: AT + 10, attachments: null },
        {
          user: robot,
          message: "two",
          create_at: AT + 20,
          reactions: [{ user: carl, emoji_name: "+1", create_at: AT + 21 }],
        },
        { user: dora, message: "three", create_at: AT + 30 },
      ],
    }),
    {
      type: "direct_channel",
      direct_channel: { members: [carl, dora], header: "dh", favorited_by: [carl], shown_by: [carl] },
    },
    { type: "direct_channel", direct_channel: { members: [carl, dora, admin] } },
    {
      type: "direct_post",
      direct_post: { channel_members: [dora, carl], user: dora, message: "dm", create_at: AT },
    },
    {
      type: "direct_post",
      direct_post: { channel_members: [carl], user: carl, message: "note", create_at: AT },
    },
  ];
  const files = {
    "data/docs/b.txt": "text",
    "data/docs/a.png": PNG,
    "data/pictures/p.png": PNG,
    "data/pictures/e.png": PNG,
  };
  return { lines, files };
}
