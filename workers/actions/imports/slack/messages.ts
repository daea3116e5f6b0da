import { runeCount, truncateRunes } from "../../../text/clean.ts";
import { isValidEmojiName } from "../../../text/names.ts";
import { MAX_MESSAGE } from "../../posts/draft.ts";
import { attachmentsOf } from "./attachments.ts";
import type { ImportLog } from "./log.ts";
import { type Lookup, toMarkdown } from "./markup.ts";
import type { People } from "./people.ts";
import type { SlackMessage } from "./shapes.ts";

/** A post or reply, as a line of a bulk import has it. */
interface Said {
  user: string;
  message: string;
  create_at: number;
  type?: string;
  props?: object;
  reactions?: { user: string; emoji_name: string; create_at: number }[];
}

/** A root with its thread. */
export interface Root extends Said {
  replies: Said[];
  thread_followers?: { user: string }[];
}

/** Who came and went: memberships say it. */
const SILENT = new Set(["channel_join", "channel_leave", "group_join", "group_leave"]);
const PLAIN = new Set([
  "",
  "bot_message",
  "me_message",
  "thread_broadcast",
  "reply_broadcast",
  "file_share",
  "tombstone",
]);
/** A day ahead, in ms: clocks differ. Later than that a channel would be held up at its end. */
const AHEAD = 86_400_000;

/** The posts of one channel in the order of their times, each at a ms of its own. `now`: ms. */
export function postsOf(
  messages: SlackMessage[],
  people: People,
  lookup: Lookup,
  now: number,
  log: ImportLog,
): Root[] {
  const roots: Root[] = [];
  const byTime = new Map<string, Root>();
  let last = 0;
  const timed = messages
    .map((message) => ({ message, at: microsOf(message.ts) }))
    .sort((a, b) => a.at - b.at);
  for (const { message, at } of timed) {
    if (message.type !== "message" || SILENT.has(message.subtype)) {
      log.count("Joins, leaves and events not imported");
      continue;
    }
    if (!(at > 0 && at / 1_000 < now + AHEAD)) {
      log.count("Messages without a valid time");
      continue;
    }
    const author = authorOf(message, people);
    if (!author) {
      log.count("Messages of unknown users");
      continue;
    }
    const contents = contentsOf(message, author.user, lookup);
    if (!contents) {
      log.count(`Messages without text or of a kind that has no counterpart (${message.subtype || "empty"})`);
      continue;
    }
    const { text, type, props } = contents;
    const thread = message.thread_ts !== message.ts ? byTime.get(message.thread_ts) : undefined;
    log.count("Messages");
    split(text).forEach((piece, i) => {
      last = Math.max(Math.floor(at / 1_000), last + 1);
      const all = { ...author.props, ...props };
      const said: Said = {
        user: author.user,
        message: piece,
        create_at: last,
        ...(type && { type }),
        ...(Object.keys(all).length > 0 && { props: all }),
        ...(i === 0 && { reactions: reactionsOf(message, people, last) }),
      };
      if (thread) {
        thread.replies.push(said);
        return;
      }
      const root = { ...said, replies: [] };
      roots.push(root);
      if (i === 0) byTime.set(message.ts, root);
    });
  }
  for (const root of roots) {
    if (root.replies.length === 0) continue;
    const users = new Set([root, ...root.replies].map(({ user }) => user));
    users.delete(people.robot.username);
    root.thread_followers = [...users].map((user) => ({ user }));
  }
  return roots;
}

/** µs of "1355517523.000005"; 0 for what is none. */
function microsOf(ts: string): number {
  const [, seconds, fraction = ""] = /^(\d{1,10})(?:\.(\d{1,6}))?$/.exec(ts) ?? [];
  return seconds ? Number(seconds) * 1e6 + Number(fraction.padEnd(6, "0")) : 0;
}

function authorOf({ subtype, user, bot_id, username }: SlackMessage, people: People) {
  const member = people.members.get(user);
  if (member && subtype !== "bot_message") return { user: member.fields.username, props: {} };
  const robot = people.robots.get(user);
  if (subtype !== "bot_message" && robot === undefined && (user !== "" || bot_id === "")) return undefined;
  const name = truncateRunes(username || robot || people.robots.get(bot_id) || "bot", 64);
  return { user: people.robot.username, props: { from_webhook: "true", override_username: name } };
}

/** Undefined for what is not said in a post. */
function contentsOf(message: SlackMessage, username: string, lookup: Lookup) {
  const text = toMarkdown(message.text, lookup);
  const system = (type: string, props: object) => ({ text, type, props: { username, ...props } });
  switch (message.subtype) {
    case "channel_topic":
    case "group_topic":
      return system("system_header_change", {
        old_header: "",
        new_header: toMarkdown(message.topic, lookup),
      });
    case "channel_purpose":
    case "group_purpose":
      return system("system_purpose_change", {
        old_purpose: "",
        new_purpose: toMarkdown(message.purpose, lookup),
      });
    case "channel_name":
    case "group_name":
      return system("system_displayname_change", {
        old_displayname: message.old_name,
        new_displayname: message.name,
      });
    case "me_message":
      return text ? { text: `*${text}*`, type: "me", props: { message: text } } : undefined;
  }
  if (!PLAIN.has(message.subtype)) return undefined;
  const attachments = attachmentsOf(message.attachments ?? [], lookup);
  const links = [...(message.files ?? []), ...(message.file ? [message.file] : [])].flatMap(
    ({ name, title, permalink, url_private }) => {
      const url = permalink || url_private;
      if (!/^https?:\/\/[^\s<>()]+$/.test(url)) return [];
      return [`[${(title || name || "file").replace(/[[\]\n]/g, " ")}](${url})`];
    },
  );
  const whole = [text, ...links].filter(Boolean).join("\n");
  if (attachments.length > 0) return { text: whole, type: "slack_attachment", props: { attachments } };
  return whole ? { text: whole, type: "", props: {} } : undefined;
}

/** Slack's exports do not say when somebody reacted: `at` (ms) is the message's own time. */
function reactionsOf({ reactions = [] }: SlackMessage, people: People, at: number) {
  const found = new Map<string, { user: string; emoji_name: string; create_at: number }>();
  for (const { name, users } of reactions) {
    const emoji_name = name.split("::")[0]!;
    if (!isValidEmojiName(emoji_name)) continue;
    for (const id of users) {
      const user = people.members.get(id)?.fields.username;
      if (user) found.set(`${user} ${emoji_name}`, { user, emoji_name, create_at: at });
    }
  }
  return [...found.values()];
}

/** Slack's messages may be longer than ours. */
function split(text: string): string[] {
  if (text.length <= MAX_MESSAGE || runeCount(text) <= MAX_MESSAGE) return [text];
  const pieces: string[] = [];
  for (let rest = text; rest; ) {
    const piece = truncateRunes(rest, MAX_MESSAGE);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return pieces;
}
