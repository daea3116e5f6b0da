import { describe, expect, it } from "vitest";
import { type Case, wantsEmail, wantsPush } from "../../workers/actions/notifications/decide.ts";

const plain: Case = {
  user: { email: "true", push: "mention", push_status: "online", push_threads: "all", email_threads: "all" },
  channel: {},
  status: "offline",
  mentioned: true,
  follower: false,
  collapsedReply: false,
  channelType: "O",
  postType: "",
  looking: false,
};

type Change = Partial<Omit<Case, "user" | "channel">> & {
  user?: Record<string, string>;
  channel?: Record<string, string>;
};

const given = ({ user, channel, ...rest }: Change): Case => ({
  ...plain,
  ...rest,
  user: { ...plain.user, ...user },
  channel: { ...plain.channel, ...channel },
});

const follows = { collapsedReply: true, follower: true, mentioned: false } as const;

describe("a mail (semantics 23.1)", () => {
  it.each<[string, Change, boolean]>([
    ["a mention", {}, true],
    ["no mention", { mentioned: false }, false],
    ["away", { status: "away" }, true],
    ["online", { status: "online" }, false],
    ["dnd", { status: "dnd" }, false],
    ["out of office", { status: "ooo" }, false],
    ["turned off", { user: { email: "false" } }, false],
    ["off, but on for the channel", { user: { email: "false" }, channel: { email: "true" } }, true],
    ["on, but off for the channel", { channel: { email: "false" } }, false],
    ["the channel's default", { channel: { email: "default" } }, true],
    ["muted", { channel: { mark_unread: "mention" } }, false],
    ["an automatic answer", { postType: "system_auto_responder" }, false],
    ["added to a channel", { postType: "system_add_to_channel" }, true],
    ["a thread followed", follows, true],
    ["a thread followed, mentions only", { ...follows, user: { email_threads: "mention" } }, false],
    ["a mention there", { ...follows, mentioned: true, user: { email_threads: "mention" } }, true],
    ["the channel does not count there", { ...follows, channel: { email: "false" } }, true],
    ["a thread not followed", { ...follows, follower: false }, false],
  ])("%s", (_, change, expected) => expect(wantsEmail(given(change))).toBe(expected));
});

describe("a push (semantics 23.4)", () => {
  it.each<[string, Change, boolean]>([
    ["a mention", {}, true],
    ["no mention", { mentioned: false }, false],
    ["no mention, everything wanted", { mentioned: false, user: { push: "all" } }, true],
    ["everything in this channel", { mentioned: false, channel: { push: "all" } }, true],
    ["nothing", { user: { push: "none" } }, false],
    ["nothing of this channel", { channel: { push: "none" } }, false],
    ["a group counts as all", { mentioned: false, channelType: "G" }, true],
    ["muted", { channel: { mark_unread: "mention" } }, false],
    ["a system post", { postType: "system_add_to_channel" }, false],
    ["dnd", { status: "dnd" }, false],
    ["out of office", { status: "ooo" }, false],
    ["online", { status: "online" }, true],
    ["online and looking", { status: "online", looking: true }, false],
    ["when away: online", { user: { push_status: "away" }, status: "online" }, false],
    ["when away: away", { user: { push_status: "away" }, status: "away" }, true],
    ["when away: offline", { user: { push_status: "away" } }, true],
    ["when offline: away", { user: { push_status: "offline" }, status: "away" }, false],
    ["when offline: offline", { user: { push_status: "offline" } }, true],
    ["a thread followed", follows, true],
    ["a thread followed, mentions only", { ...follows, user: { push_threads: "mention" } }, false],
    ["the same, everything wanted", { ...follows, user: { push_threads: "mention", push: "all" } }, true],
    ["a thread followed, nothing wanted", { ...follows, user: { push: "none" } }, false],
    [
      "a thread not followed, everything wanted",
      { ...follows, follower: false, user: { push: "all" } },
      false,
    ],
  ])("%s", (_, change, expected) => expect(wantsPush(given(change))).toBe(expected));
});
