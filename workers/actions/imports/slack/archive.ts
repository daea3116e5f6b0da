import { z } from "zod";
import { AppError, fail } from "../../../errors/app-error.ts";
import { BlobReader, type FileEntry, ZipReader } from "../../../zip.ts";
import {
  type SlackChannel,
  type SlackMessage,
  type SlackUser,
  slackChannel,
  slackMessage,
  slackUser,
} from "./shapes.ts";

/** What one request takes: messages, bytes of all that is read once unpacked, and files in the archive. */
export const MAX_MESSAGES = 50_000;
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 100_000;

const DAY = /^([^/]+)\/\d{4}-\d{2}-\d{2}\.json$/;
/** Escapes of what PostgreSQL cannot hold: NUL, and halves of surrogate pairs. */
const SUSPECT = /\\u(?:0000|[dD][89a-fA-F])/;

export type ChannelKind = "open" | "private" | "group" | "direct";

/** A channel of the export, with all that was said in it, in no order. */
export interface SlackPlace {
  kind: ChannelKind;
  channel: SlackChannel;
  messages: SlackMessage[];
}

export interface SlackExport {
  users: SlackUser[];
  places: SlackPlace[];
  /** Directories of days that belong to no channel. */
  strays: string[];
}

const LISTS: [string, ChannelKind][] = [
  ["channels.json", "open"],
  ["groups.json", "private"],
  ["mpims.json", "group"],
  ["dms.json", "direct"],
];

/**
 * Reads the zip of a Slack export into memory. Throws 400 where it is none, where what it holds has another shape, and where it is
 * more than one request takes.
 */
export async function readExport(file: Blob): Promise<SlackExport> {
  const entries = await entriesOf(file);
  let left = MAX_BYTES;
  const read = async <T>(entry: FileEntry, schema: z.ZodType<T>): Promise<T[]> => {
    const bytes = await unpack(entry, left);
    left -= bytes.length;
    return parse(entry.filename, bytes, schema);
  };
  const listed = async <T>(name: string, schema: z.ZodType<T>) => {
    const entry = entries.get(name);
    return entry ? read(entry, schema) : [];
  };
  for (const name of ["users.json", "channels.json"])
    if (!entries.has(name)) throw unreadable(`it has no ${name}`);

  const users = await listed("users.json", slackUser);
  const places: SlackPlace[] = [];
  for (const [name, kind] of LISTS)
    for (const channel of await listed(name, slackChannel)) places.push({ kind, channel, messages: [] });

  const days = Map.groupBy(
    [...entries.values()].filter(({ filename }) => DAY.test(filename)),
    ({ filename }) => DAY.exec(filename)![1]!,
  );
  let count = 0;
  for (const place of places) {
    const directory = days.has(place.channel.name) ? place.channel.name : place.channel.id;
    for (const entry of days.get(directory) ?? []) {
      const messages = await read(entry, slackMessage);
      count += messages.length;
      if (count > MAX_MESSAGES) throw tooLarge(`more than ${MAX_MESSAGES} messages`);
      for (const message of messages) place.messages.push(message);
    }
    days.delete(directory);
  }
  return { users, places, strays: [...days.keys()] };
}

async function entriesOf(file: Blob): Promise<Map<string, FileEntry>> {
  const files = new Map<string, FileEntry>();
  try {
    // The library refuses names that lead out of the archive.
    const zip = new ZipReader(new BlobReader(file), { checkSignature: true });
    for await (const entry of zip.getEntriesGenerator()) {
      const name = entry.filename;
      if (entry.directory) continue;
      if (entry.encrypted) throw unreadable("it is encrypted");
      if (files.has(name)) throw unreadable(`it has ${name.slice(0, 100)} twice`);
      if (files.size === MAX_FILES) throw tooLarge(`more than ${MAX_FILES} files`);
      files.set(name, entry as FileEntry);
    }
  } catch (error) {
    throw asRefusal(error);
  }
  return files;
}

/** What the directory says of the size may be a lie: what comes is measured too. */
async function unpack(entry: FileEntry, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const excess = () => tooLarge(`more than ${MAX_BYTES / 1024 / 1024} MiB of messages`);
  if (entry.uncompressedSize > limit) throw excess();
  const take = new WritableStream<Uint8Array>({
    write(chunk) {
      size += chunk.length;
      if (size > limit) throw excess();
      chunks.push(chunk.slice());
    },
  });
  try {
    await entry.getData(take as never);
  } catch (error) {
    throw size > limit ? excess() : asRefusal(error);
  }
  return Buffer.concat(chunks);
}

function parse<T>(name: string, bytes: Uint8Array, schema: z.ZodType<T>): T[] {
  let value: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    value = SUSPECT.test(text) || text.includes("\0") ? JSON.parse(text, storable) : JSON.parse(text);
  } catch {
    throw fail("api.slackimport.slack_import.json.app_error", { name, reason: "it is no JSON" });
  }
  const found = z.array(schema).safeParse(value);
  if (found.success) return found.data;
  const issue = found.error.issues[0]!;
  const reason = `${issue.path.join(".") || "it"}: ${issue.message}`;
  throw fail("api.slackimport.slack_import.json.app_error", { name, reason });
}

const storable = (_: string, value: unknown) =>
  typeof value === "string" ? value.replaceAll("\0", "").toWellFormed() : value;

const unreadable = (reason: string) => fail("api.slackimport.slack_import.zip.app_error", { reason });
const tooLarge = (what: string) => fail("api.slackimport.slack_import.too_large.app_error", { what });

function asRefusal(error: unknown): AppError {
  return error instanceof AppError ? error : unreadable(error instanceof Error ? error.message : "broken");
}
