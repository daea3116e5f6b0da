import { z } from "zod";
import { fail } from "../../errors/app-error.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

/** What an incoming webhook takes (semantics 18.2). */
const payload = z.object({
  text,
  username: text,
  icon_url: text,
  icon_emoji: text,
  channel: text,
  type: text,
  props: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((value) => value ?? {}),
  attachments: z
    .array(z.record(z.string(), z.unknown()).nullable())
    .nullish()
    .transform((value) => (value ?? []).filter((attachment) => attachment !== null)),
  priority: z
    .object({ priority: text })
    .nullish()
    .transform((value) => value?.priority ?? ""),
});

export type Payload = z.infer<typeof payload>;

/** Reads the body of a request to a webhook: JSON, or a form with JSON in its field `payload`, or with the fields themselves. */
export async function readPayload(raw: Request, maxBytes: number): Promise<Payload> {
  const type = (raw.headers.get("content-type") ?? "").toLowerCase();
  const value = type.startsWith("multipart/")
    ? await formFields(raw)
    : parseText(await raw.text(), type, maxBytes);
  return payloadOf(value);
}

/** Checks what a webhook was sent, or has answered. Throws 400. */
export function payloadOf(value: unknown): Payload {
  const outcome = payload.safeParse(value);
  if (!outcome.success) throw unreadable();
  return outcome.data;
}

const unreadable = () => fail("web.incoming_webhook.parse.app_error");

async function formFields(raw: Request): Promise<unknown> {
  const form = await raw.formData().catch(() => {
    throw unreadable();
  });
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form.entries()) if (typeof value === "string") fields[name] = value;
  return unfold(fields);
}

function parseText(body: string, type: string, maxBytes: number): unknown {
  if (body.length > maxBytes) throw fail("api.context.request_body_too_large.app_error");
  if (!type.startsWith("application/x-www-form-urlencoded")) return parseJson(body);
  return unfold(Object.fromEntries(new URLSearchParams(body)));
}

function unfold(fields: Record<string, unknown>): unknown {
  if (typeof fields.payload === "string") return parseJson(fields.payload);
  for (const name of ["attachments", "props", "priority"])
    if (typeof fields[name] === "string") fields[name] = parseJson(fields[name]);
  return fields;
}

/** Raw line breaks and tabs inside of strings are taken as they are meant. Throws 400. */
export function parseJson(body: string): unknown {
  for (const candidate of [body, escapeInStrings(body)]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // The next one, or none.
    }
  }
  throw unreadable();
}

const ESCAPES: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeInStrings(body: string): string {
  return body.replace(/"(?:[^"\\]|\\[\s\S])*"/g, (string) => string.replace(/[\n\r\t]/g, (c) => ESCAPES[c]!));
}
