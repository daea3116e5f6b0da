import type { Rights } from "../../access/permissions.ts";
import type { Config } from "../../config/load.ts";
import { at, leaves, put, type Section } from "../../config/shape.ts";
import { CONFIG_PAGES, pageOf } from "./config-sections.ts";

const OTHER_PAGES = [
  "about_edition_and_license",
  "billing",
  "reporting_server_logs",
  "reporting_team_statistics",
  "user_management_channels",
  "user_management_groups",
  "user_management_permissions",
  "user_management_system_roles",
  "user_management_teams",
  "user_management_users",
  "products_boards",
  "site_ip_filters",
];

const PERMISSIONS = {
  read: [...CONFIG_PAGES, ...OTHER_PAGES].map((page) => `sysconsole_read_${page}`),
  write: [...CONFIG_PAGES, ...OTHER_PAGES].map((page) => `sysconsole_write_${page}`),
};

/** Whether there is any page of the System Console that the subject may open, or change. */
export function mayUseConsole(rights: Rights, how: "read" | "write"): boolean {
  return rights.system("manage_system") || rights.anySystem(PERMISSIONS[how]);
}

/** Whether a setting may be seen, or changed (http-conventions 7.1). */
export function maySetting(rights: Rights, path: readonly string[], how: "read" | "write"): boolean {
  if (rights.system("manage_system")) return true;
  const page = pageOf(path);
  return page !== undefined && rights.system(`sysconsole_${how}_${page}`);
}

/** The parts of a configuration (or of any object of its shape) that the subject may see. */
export function readable(rights: Rights, config: Section): Section {
  if (rights.system("manage_system")) return config;
  const seen: Section = {};
  for (const { path } of leaves()) {
    const value = at(config, path);
    if (value !== undefined && maySetting(rights, path, "read")) put(seen, path, value);
  }
  return seen;
}

/** `next` with the old value wherever the subject may not write: silently (http-conventions 7.1). */
export function writable(rights: Rights, before: Config, next: Config): Config {
  if (rights.system("manage_system")) return next;
  const allowed = structuredClone(before);
  for (const { path } of leaves())
    if (maySetting(rights, path, "write")) put(allowed as Section, path, at(next, path));
  return allowed;
}
