import { z } from "zod";
import { parseJson } from "../hooks/payload.ts";

/** As clients get it (types/integrations.d.ts). */
export interface CommandResponse {
  response_type: "" | "in_channel" | "ephemeral";
  text: string;
  username: string;
  channel_id: string;
  icon_url: string;
  type: string;
  props: Record<string, unknown> | null;
  goto_location: string;
  trigger_id: string;
  skip_slack_parsing: boolean;
  attachments: Record<string, unknown>[] | null;
  extra_responses: CommandResponse[] | null;
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

const fields = {
  response_type: text.transform((type) =>
    type === "in_channel" ? ("in_channel" as const) : ("ephemeral" as const),
  ),
  text,
  username: text,
  channel_id: text,
  icon_url: text,
  type: text,
  props: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((value) => value ?? null),
  goto_location: text,
  trigger_id: text,
  skip_slack_parsing: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  attachments: z
    .array(z.record(z.string(), z.unknown()).nullable())
    .nullish()
    .transform((value) => value?.filter((attachment) => attachment !== null) ?? null),
};

/** Of each command this many more may come along. */
const MAX_EXTRA = 20;

const one = z.object(fields).transform((value): CommandResponse => ({ ...value, extra_responses: null }));
const response = z.object({
  ...fields,
  extra_responses: z
    .array(one.nullable())
    .max(MAX_EXTRA)
    .nullish()
    .transform((value) => value?.filter((extra) => extra !== null) ?? null),
});

/** What an integration answers, or sends later: JSON as its content type says, else the text itself (semantics 19.3). Throws ZodError, 400. */
export function responseOf(contentType: string, body: string): CommandResponse {
  if (/^application\/json\b/i.test(contentType.trim())) return response.parse(parseJson(body));
  return response.parse({ text: body });
}

/** A response that does nothing but what `parts` say. */
export const responseWith = (parts: Partial<CommandResponse>): CommandResponse => ({
  ...response.parse({}),
  ...parts,
});
