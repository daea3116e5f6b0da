import { z } from "zod";
import { isId } from "../../../model/id.ts";

export const id = z.string().refine(isId);
/** Some clients write "none" as an empty string, some as null. */
export const optionalId = z
  .union([id, z.literal(""), z.null()])
  .optional()
  .transform((value) => value || "");
export const ids = z.array(id);
export const text = z.string();
export const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
/** A number, or one in a string, as api-v4.json has it for some bodies. */
export const count = z
  .union([z.number().int().min(0).max(1e9), z.string().regex(/^\d{1,9}$/)])
  .nullish()
  .transform((value) => (value === null || value === undefined ? undefined : Number(value)));
