import { z } from "zod";
import { AppError } from "../../../errors/app-error.ts";
import { byteLength, runeCount } from "../../../text/clean.ts";
import { isValidUsername } from "../../../text/names.ts";

/** A field that may be left out, or be null as in Mattermost's own exports; undefined then. */
export const maybe = <S extends z.ZodType>(schema: S) =>
  schema.nullish().transform((value) => value ?? undefined);

/** A text of at most `max` characters. */
export const text = (max: number) =>
  z
    .string()
    .refine((value) => value.length <= max || runeCount(value) <= max, `is longer than ${max} characters`);

/** A text of at most `max` UTF-8 bytes. */
export const bytes = (max: number) =>
  z.string().refine((value) => byteLength(value) <= max, `is longer than ${max} bytes`);

/** ms since 1970. */
export const time = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const count = time;

export const username = z
  .string()
  .transform((value) => value.trim().toLowerCase())
  .refine(isValidUsername, "is no username");

/** Role names, separated by spaces; undefined for none. */
export const roles = bytes(256).transform((value) => {
  const names = value.split(/\s+/).filter(Boolean);
  return names.length > 0 ? [...new Set(names)] : undefined;
});

/** Where the archive has a file. */
export const path = z
  .string()
  .min(1)
  .max(1_024)
  .refine(
    (value) => !value.includes("\0") && !value.split(/[/\\]/).includes(".."),
    "is no path inside of the archive",
  );

/** Files of a post, by their paths in the archive. */
export const attachments = maybe(z.array(z.strictObject({ path })).max(10, "has more than 10 attachments"));

/** What the API refuses, this refuses. `check` throws AppError. */
export const checkedBy =
  <T>(check: (value: T) => unknown) =>
  (value: T, ctx: z.RefinementCtx) => {
    try {
      check(value);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      ctx.addIssue({ code: "custom", message: error.message });
    }
  };

/** A licensed feature that a line asks for: nothing is dropped in silence. */
export const unlicensed = (what: string) =>
  maybe(z.string()).refine((value) => !value, `${what} need a licence, and this server has none`);
