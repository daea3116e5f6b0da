// A small Slack workspace, and its export as a zip.

import { BlobReader, BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js";
import type { Person } from "../../harness/people.ts";

export type Contents = Record<string, unknown>;

/** A zip of these files: text and bytes as they are, all else as JSON. `level` 0 does not compress. */
export async function zipOf(files: Contents, level = 6): Promise<Uint8Array> {
  const zip = new ZipWriter(new BlobWriter("application/zip"), { useWebWorkers: false, level });
  for (const [name, value] of Object.entries(files)) {
    if (value instanceof Uint8Array) await zip.add(name, new BlobReader(new Blob([value as never])));
    else await zip.add(name, new TextReader(typeof value === "string" ? value : JSON.stringify(value)));
  }
  return new Uint8Array(await (await zip.close()).arrayBuffer());
}

/** Imports a zip; what the API answers, and the log as text. */
export async function importSlack(as: Person, teamId: string, zip: Uint8Array | null, more: Contents = {}) {
  const fields: Contents = { importFrom: "slack", filesize: String(zip?.length ?? 0), ...more };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== null) form.set(name, String(value));
  if (zip) form.set("file", new Blob([zip as never]), "export.zip");
  const answer = await as.request("POST", `teams/${teamId}/import`, form);
  const results = answer.body?.results;
  return { ...answer, log: results ? Buffer.from(results, "base64").toString() : "" };
}

/** Seconds of the first message. */
export const T = 1_600_000_000;

const said = (user: string, at: number | string, text: string, more: object = {}) => ({
  type: "message",
  user,
  ts: typeof at === "string" ? at : `${T + at}.000100`,
  text,
  ...more,
});

/** Ann has an account here; the others' usernames end with `tag`. */
export function workspace(tag: string, ann: { email: string }): Contents {
  const person = (id: string, name: string, profile: object, more: object = {}) => ({
    id,
    name: `${name}${tag}`,
    profile: { email: `${name}${tag}@example.org`, ...profile },
    ...more,
  });
  return {
    "users.json": [
      person("UANN", "ann", { email: ann.email.toUpperCase() }),
      person("UBOB", "Bob B!", {
        email: `bob${tag}@example.org`,
        real_name: "Bob Long Builder",
        title: "Boss",
      }),
      person("UCARL", "carl", { email: null }, { is_restricted: true }),
      person("UGONE", "gone", {}, { deleted: true }),
      person("UROBO", "robo", { email: undefined, real_name: "Robo" }, { is_bot: true }),
    ],
    "channels.json": [
      {
        id: "CNEWS",
        name: "news",
        members: ["UANN", "UBOB", "UGONE"],
        topic: { value: "All &amp; <@UANN>" },
        purpose: { value: "p".repeat(300) },
        is_general: false,
      },
      { id: "CTOWN", name: "town-square", members: ["UBOB"], topic: null },
      { id: "CHUSH", name: "hush", members: ["UBOB"] },
    ],
    "groups.json": [{ id: "GPRIV", name: "private.group", members: ["UBOB", "UANN"] }],
    "mpims.json": [{ id: "GMPIM", name: "mpdm-ann--bob--carl-1", members: ["UANN", "UBOB", "UCARL"] }],
    "dms.json": [
      { id: "DAB", members: ["UANN", "UBOB"] },
      { id: "DSLACK", members: ["UANN", "USLACKBOT"] },
    ],
    "news/2020-09-14.json": [
      said("UBOB", 10, "<@UBOB> has joined the channel", { subtype: "channel_join" }),
      said("UBOB", 20, "*hello* <@UANN> in <#CHUSH|hush> &amp; <http://x.org|x> <!here>", {
        thread_ts: `${T + 20}.000100`,
        reactions: [{ name: "thumbsup::skin-tone-2", users: ["UANN", "UBOB", "UWHO"] }],
      }),
      said("UANN", 21, "first reply", { thread_ts: `${T + 20}.000100` }),
      said("UCARL", 30, "to all", {
        subtype: "thread_broadcast",
        thread_ts: `${T + 20}.000100`,
        reactions: [{ name: "tada", users: ["UBOB"] }],
      }),
      said("UANN", `${T + 40}.000100`, "same ms"),
      said("UANN", `${T + 40}.000200`, "same ms"),
      said("UBOB", 50, "waves", { subtype: "me_message" }),
      said("", 60, "built", {
        subtype: "bot_message",
        bot_id: "B1",
        username: "CI",
        attachments: [
          {
            fallback: "f",
            color: "good",
            text: "*ok* <@UBOB>",
            title_link: "javascript:alert(1)",
            actions: [{}],
          },
          { from_url: "http://x.org", text: "a preview" },
        ],
      }),
      said("UROBO", 70, "beep", { bot_id: "B2" }),
    ],
    "news/2020-09-15.json": [
      said("UWHO", 80, "who am I"),
      said("UGONE", 90, "a file", {
        files: [{ name: "a.txt", title: "A", url_private: "https://files.slack.com/a.txt", permalink: null }],
      }),
      said("UBOB", 100, "set the channel topic: new", { subtype: "channel_topic", topic: "new" }),
      said("UBOB", 110, `${"x".repeat(16_383)}tail\u0000`),
      said("UBOB", 120, "huddle", { subtype: "huddle_thread" }),
      said("UBOB", "soon", "no time"),
    ],
    "town-square/2020-09-14.json": [said("UBOB", 10, "in the square")],
    "hush/2020-09-14.json": [said("UBOB", 10, "hush now")],
    "private.group/2020-09-14.json": [said("UBOB", 10, "private")],
    "mpdm-ann--bob--carl-1/2020-09-14.json": [said("UCARL", 10, "three of us")],
    "DAB/2020-09-14.json": [said("UBOB", 10, "psst"), said("UANN", 11, "what?")],
    "DSLACK/2020-09-14.json": [said("USLACKBOT", 10, "reminder")],
    "stray/2020-09-14.json": [said("UBOB", 10, "nowhere")],
    "integration_logs.json": "[]",
  };
}
