import type { Job } from "../../model/job.ts";

/** What an export has beside the install's lines. */
export interface ExportOptions {
  /** Archived channels, too. */
  archived: boolean;
  attachments: boolean;
  /** Pictures of users and bots. */
  pictures: boolean;
  /** Roles that are not as they came. Schemes need a licence. */
  roles: boolean;
  /** ms; what was said later is left out, for the archive would lack its files. */
  at: number;
}

/** A job's data that an export knows, all strings. */
export const EXPORT_OPTIONS = new Set([
  "include_attachments",
  "include_archived_channels",
  "include_profile_pictures",
  "include_roles_and_schemes",
]);

export function optionsOf({ data }: Pick<Job, "data">, at: number): ExportOptions {
  return {
    archived: data.include_archived_channels === "true",
    attachments: data.include_attachments === "true",
    pictures: data.include_profile_pictures === "true",
    roles: data.include_roles_and_schemes === "true",
    at,
  };
}
