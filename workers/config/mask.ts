import type { Config } from "./defaults/index.ts";
import { at, isObject, kindOf, put, type Section, shape } from "./shape.ts";

/** Stands for a secret in every answer (7.2). */
export const MASK = "*".repeat(32);

/** Text settings that are masked when set. Mattermost 11.6 forgets the export key. */
const secrets = [
  "LdapSettings.BindPassword",
  "FileSettings.AmazonS3SecretAccessKey",
  "FileSettings.ExportAmazonS3SecretAccessKey",
  "EmailSettings.SMTPPassword",
  "GitLabSettings.Secret",
  "GoogleSettings.Secret",
  "Office365Settings.Secret",
  "OpenIdSettings.Secret",
  "ElasticsearchSettings.Password",
  "MessageExportSettings.GlobalRelaySettings.SMTPPassword",
  "ServiceSettings.SplitKey",
  "CacheSettings.RedisPassword",
  "AutoTranslationSettings.LibreTranslate.APIKey",
].map((path) => path.split("."));

/** Masked even when empty: whether the server has its own is nobody's business. */
const always = ["FileSettings.PublicLinkSalt", "SqlSettings.DataSource", "SqlSettings.AtRestEncryptKey"].map(
  (path) => path.split("."),
);

const lists = ["SqlSettings.DataSourceReplicas", "SqlSettings.DataSourceSearchReplicas"].map((path) =>
  path.split("."),
);
const replicaLag = ["SqlSettings", "ReplicaLagSettings"];
const plugins = ["PluginSettings", "Plugins"];

/** A copy for an answer. Plugin settings are left out: no plugin is known, so none says which are secret (7.2). */
export function sanitizeConfig(config: Config): Config {
  const copy = structuredClone(config);
  const root = copy as Section;
  for (const path of secrets) if (at(root, path) !== "") put(root, path, MASK);
  for (const path of always) put(root, path, MASK);
  for (const path of lists) put(root, path, (at(root, path) as string[]).map(masked));
  for (const lag of copy.SqlSettings.ReplicaLagSettings) lag.DataSource = masked(lag.DataSource);
  copy.PluginSettings.Plugins = {};
  return copy;
}

const masked = (text: string | undefined): string => (text ? MASK : "");

/** A copy of what a client sent, whole or partial, where each mask is again the value that it hides. */
export function restoreSecrets<T>(incoming: T, current: Config): T {
  if (!isObject(incoming)) return incoming;
  const copy = structuredClone(incoming) as Section;
  for (const path of [...secrets, ...always]) if (at(copy, path) === MASK) put(copy, path, at(current, path));
  for (const path of lists) restoreList(copy, path, at(current, path) as unknown[]);
  restoreLag(copy, current);
  // The answer held none of these, so a client that sends it back did not mean to delete them.
  const sent = at(copy, plugins);
  if (isObject(sent)) put(copy, plugins, { ...structuredClone(current.PluginSettings.Plugins), ...sent });
  return copy as T;
}

/** By position; a mask with nothing behind it is dropped. */
function restoreList(copy: Section, path: string[], known: unknown[]): void {
  const sent = at(copy, path);
  if (!Array.isArray(sent)) return;
  const restored = sent.map((item, index) => (item === MASK ? known[index] : item));
  put(
    copy,
    path,
    restored.filter((item) => item !== undefined),
  );
}

function restoreLag(copy: Section, current: Config): void {
  const sent = at(copy, replicaLag);
  if (!Array.isArray(sent)) return;
  sent.forEach((item, index) => {
    if (isObject(item) && item.DataSource === MASK)
      item.DataSource = current.SqlSettings.ReplicaLagSettings[index]?.DataSource ?? "";
  });
}

/** GET /config?remove_masked=true (7.1): without every setting that holds a mask. */
export function withoutMasked(sanitized: Config): Section {
  return prune(sanitized, shape, (value) => !JSON.stringify(value).includes(`"${MASK}"`));
}

/** GET /config?remove_defaults=true (7.1): only what differs from `defaults`. */
export function withoutDefaults(config: Section, defaults: Config): Section {
  return prune(config, shape, (value, path) => JSON.stringify(value) !== JSON.stringify(at(defaults, path)));
}

type Keep = (value: unknown, path: string[]) => boolean;

function prune(from: Section, standard: Section, keep: Keep, path: string[] = []): Section {
  const kept: Section = {};
  for (const [key, value] of Object.entries(from)) {
    const here = [...path, key];
    if (kindOf(here.join("."), standard[key]) !== "section") {
      if (keep(value, here)) kept[key] = value;
      continue;
    }
    const inner = prune(value as Section, standard[key] as Section, keep, here);
    if (Object.keys(inner).length > 0) kept[key] = inner;
  }
  return kept;
}
