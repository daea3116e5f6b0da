import type { Rights } from "../../access/permissions.ts";
import { clientConfig } from "../../config/client.ts";
import { defaultConfig } from "../../config/defaults/index.ts";
import { type Config, mergeConfig, toStored } from "../../config/load.ts";
import { restoreSecrets } from "../../config/mask.ts";
import { at, put, type Section } from "../../config/shape.ts";
import { validateConfig } from "../../config/validate.ts";
import { SCHEMA_VERSION } from "../../config/version.ts";
import type { Context } from "../../context.ts";
import { AppError, badBody, fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { newId } from "../../model/id.ts";
import { type NodeState, nodeState } from "../../node-state.ts";
import { SqlError } from "../../ports/sql/sql.ts";
import { writable } from "./config-access.ts";

/** This isolate's state, read afresh where it is not known. */
export async function stateOf(ctx: Pick<Context, "env">): Promise<NodeState> {
  return nodeState(ctx.env) ?? (await nodeState.load(ctx.env));
}

/** GET /config/client as JSON text, made once per isolate and configuration (http-conventions 5). */
export async function clientConfigText(
  ctx: Context,
  who: { loggedIn: boolean; noAccounts: boolean },
): Promise<string> {
  const state = await stateOf(ctx);
  const key = `${who.loggedIn} ${who.noAccounts}`;
  let text = state.clientTexts.get(key);
  if (!text) {
    text = JSON.stringify(clientConfigOf(state, who));
    state.clientTexts.set(key, text);
  }
  return text;
}

function clientConfigOf(
  state: NodeState,
  who: { loggedIn: boolean; noAccounts: boolean },
): Record<string, string> {
  // An installation date makes web offer administrators a trial of a product that is not this one (client-flows 6).
  return clientConfig(state.config, {
    ...who,
    ...state.facts,
    installationDate: "",
    schemaVersion: SCHEMA_VERSION,
  });
}

/** Not to be changed over the API (http-conventions 7.1). */
const RESTRICTED = [
  "PluginSettings.EnableUploads",
  "PluginSettings.SignaturePublicKeyFiles",
  "ImportSettings.Directory",
];

/**
 * Stores a changed configuration and puts it into effect on every node. `whole`: absent settings become defaults;
 * otherwise they stay. Masked secrets and what the subject may not write keep their value. Throws 400 for what is not
 * valid, 409 where somebody else was quicker.
 */
export async function doUpdateConfig(
  ctx: Context,
  rights: Rights,
  body: unknown,
  whole: boolean,
): Promise<Config> {
  // What is stored counts, not what an isolate remembers.
  const state = await nodeState.load(ctx.env);
  const before = state.config;
  const { Enable, ReadOnlyConfig } = before.ClusterSettings;
  if (Enable && ReadOnlyConfig) throw fail("ent.cluster.save_config.error");
  const base = whole ? defaultConfig() : before;
  const { config: merged, problems } = mergeConfig(base, restoreSecrets(body, before));
  if (problems[0]) throw badBody(problems[0].replace(/^request: /, "").replace(/ must be.*$/, ""));
  const next = checkRestricted(writable(rights, before, merged), before, whole);
  if (before.ServiceSettings.SiteURL !== "" && next.ServiceSettings.SiteURL === "") {
    throw fail("api.config.update_config.clear_siteurl.app_error");
  }
  const [invalid] = validateConfig(next);
  if (invalid) throw new AppError(invalid.id, 400, invalid.message);
  if (JSON.stringify(next) === JSON.stringify(before)) return before;
  await store(ctx, state, JSON.stringify(toStored(next, state.loaded, state.stored?.value)));
  nodeState.forget();
  return notifyConfig(ctx);
}

/** Reads the configuration again on every node, and tells clients if it is another one. */
export async function doReloadConfig(ctx: Context): Promise<void> {
  const before = (await stateOf(ctx)).configHash;
  nodeState.forget();
  await notifyConfig(ctx, before);
}

function checkRestricted(next: Config, before: Config, whole: boolean): Config {
  const paths = next.PluginSettings.EnableUploads
    ? RESTRICTED
    : [...RESTRICTED, "PluginSettings.MarketplaceURL"];
  for (const name of paths) {
    const path = name.split(".");
    if (JSON.stringify(at(next, path)) === JSON.stringify(at(before, path))) continue;
    if (!whole) throw fail("api.config.update_config.not_allowed_security.app_error", { name });
    put(next as Section, path, at(before, path));
  }
  return next;
}

/** The active row is replaced only if it still is the one that the change was made from. */
async function store(ctx: Context, { stored }: NodeState, value: string): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value)));
  const sha = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    await ctx.sql.batch([
      {
        text: "UPDATE configurations SET active = NULL WHERE active AND id = $1",
        params: [stored?.id ?? ""],
      },
      {
        text: "INSERT INTO configurations (id, value, createat, active, sha) VALUES ($1, $2, $3, true, $4)",
        params: [newId(), value, Date.now(), sha],
      },
    ]);
  } catch (error) {
    if (error instanceof SqlError && error.isDuplicate())
      throw fail("api.config.update_config.restricted_merge.app_error");
    throw error;
  }
}

/** `before`: tell clients only if theirs is no longer the one of this hash. */
async function notifyConfig(ctx: Context, before = ""): Promise<Config> {
  const state = await nodeState.load(ctx.env);
  ctx.config = state.config;
  ctx.versionId = state.versionId;
  const config = clientConfigOf(state, { loggedIn: true, noAccounts: false });
  const events = state.configHash === before ? [] : [envelope("config_changed", { config }, {})];
  await publish(ctx, "system", events, [{ kind: "config" }]);
  return state.config;
}
