import type { z } from "zod";
import type { Line } from "../archive/split.ts";
import { LineFailure } from "../failure.ts";
import { directChannel } from "./direct.ts";
import { bot, user } from "./people.ts";
import { channel, emoji, role, scheme, team, version } from "./places.ts";
import { directPost, post } from "./posts.ts";

/** What may stand in a line, under the name of its type (semantics 25.1, 25.3). */
const SCHEMAS = {
  role,
  scheme,
  team,
  channel,
  user,
  bot,
  emoji,
  post,
  direct_channel: directChannel,
  direct_post: directPost,
};

type Schemas = Omit<typeof SCHEMAS, "scheme">;
export type Kind = keyof Schemas;
/** A line's number, type and contents. */
export type Parsed = { [K in Kind]: { number: number; kind: K; value: z.output<Schemas[K]> } }[Kind];
export type Of<K extends Kind> = Extract<Parsed, { kind: K }>;

/** Escapes of what PostgreSQL cannot hold: NUL, and halves of surrogate pairs. */
const SUSPECT = /\\u(?:0000|[dD][89a-fA-F])/;

/** The first line. Throws LineFailure where it is not `{"type": "version", "version": 1}`. */
export function parseVersion(line: Line): void {
  const found = version.safeParse(objectOf(line));
  if (!found.success)
    throw new LineFailure(
      line.number,
      "version",
      `the first line has to be {"type":"version","version":1}: ${reasonOf(found.error)}`,
    );
}

/** Any other line. Throws LineFailure for what cannot be imported. */
export function parseLine(line: Line): Parsed {
  const { type, ...rest } = objectOf(line);
  const known = typeof type === "string" && Object.hasOwn(SCHEMAS, type);
  if (type === "version") throw new LineFailure(line.number, "version", "only the first line may say it");
  if (!known)
    throw new LineFailure(line.number, "line", `there is no type ${JSON.stringify(type)?.slice(0, 100)}`);
  const others = Object.keys(rest).filter((name) => name !== type);
  if (others.length > 0)
    throw new LineFailure(line.number, type, `has a field that is not known: ${others[0]}`);
  const found = SCHEMAS[type as keyof typeof SCHEMAS].safeParse(rest[type]);
  if (!found.success) throw new LineFailure(line.number, type, reasonOf(found.error));
  return { number: line.number, kind: type, value: found.data } as Parsed;
}

function objectOf(line: Line): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.text);
  } catch (error) {
    throw new LineFailure(line.number, "line", `is no JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed))
    throw new LineFailure(line.number, "line", "is no JSON object");
  if (SUSPECT.test(line.text) || line.text.includes("\0")) checkText(line.number, parsed);
  return parsed as Record<string, unknown>;
}

function checkText(number: number, value: unknown): void {
  if (typeof value === "string" && (value.includes("\0") || !value.isWellFormed()))
    throw new LineFailure(number, "line", "has a text with a NUL or half a character");
  if (value === null || typeof value !== "object") return;
  for (const [name, part] of Object.entries(value)) {
    checkText(number, name);
    checkText(number, part);
  }
}

/** The first thing that is wrong: "create_at: is missing". */
function reasonOf(error: z.ZodError): string {
  const issue = error.issues[0]!;
  const place = issue.path.join(".");
  return place ? `${place}: ${issue.message}` : issue.message;
}
