import { type Config, defaultConfig } from "./defaults/index.ts";
import { fromEnvironment } from "./environment.ts";
import { normalize } from "./normalize.ts";
import { at, fits, isObject, kindOf, leaves, nouns, put, type Section, shape } from "./shape.ts";

export type { Config };

export interface ConfigSources {
  /** Parsed config.json. */
  file?: unknown;
  /** Parsed value of the active row of table `configurations`. */
  stored?: unknown;
  environment?: Record<string, string>;
}

/** `{Section: {Key: true}}`, nested sections one level deeper. */
export type EnvironmentKeys = { [key: string]: true | EnvironmentKeys };

export interface LoadedConfig {
  config: Config;
  /** What GET /config/environment answers. */
  environmentKeys: EnvironmentKeys;
  /** Values that were ignored, one line each, never with the value itself: it may be a secret. */
  problems: string[];
  /** As `config` before the environment: what a save writes for overridden keys. */
  withoutEnvironment: Config;
}

/**
 * Defaults, then file, then stored, then environment (7.3). What a source leaves out has the default of a fresh
 * configuration; Mattermost would take its "update" defaults for a partial file (7.4), but one that Mattermost wrote
 * is never partial.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const problems: string[] = [];
  const base = defaultConfig();
  overlay(base, sources.file, "config.json", problems);
  overlay(base, sources.stored, "stored configuration", problems);
  const config = structuredClone(base);
  const overrides = fromEnvironment(sources.environment ?? {}, problems);
  const accepted = overlay(config, overrides, "environment", problems);
  const environmentKeys: EnvironmentKeys = {};
  for (const path of accepted) put(environmentKeys, path, true);
  return {
    config: normalize(config),
    environmentKeys,
    problems,
    withoutEnvironment: normalize(base),
  };
}

/**
 * A copy of `base` with the settings of `patch`; lists and maps are replaced whole (7.1). PUT /config, whose absent
 * fields become defaults, is a patch of `defaultConfig()`.
 */
export function mergeConfig(base: Config, patch: unknown): { config: Config; problems: string[] } {
  const problems: string[] = [];
  const config = structuredClone(base);
  overlay(config, patch, "request", problems);
  return { config: normalize(config), problems };
}

/** Copies what fits the shape into `target`; unknown keys and nulls are passed over. Returns the paths it set. */
function overlay(target: Config, source: unknown, name: string, problems: string[]): string[][] {
  const set: string[][] = [];
  if (source === undefined || source === null) return set;
  if (!isObject(source)) {
    problems.push(`${name}: must be ${nouns.section}; ignored`);
    return set;
  }
  const walk = (into: Section, from: Section, standard: Section, path: string[]): void => {
    for (const key of Object.keys(standard)) {
      const value = Object.hasOwn(from, key) ? from[key] : undefined;
      if (value === undefined || value === null) continue;
      const here = [...path, key];
      const kind = kindOf(here.join("."), standard[key]);
      if (!fits(kind, value)) problems.push(`${name}: ${here.join(".")} must be ${nouns[kind]}; ignored`);
      else if (kind === "section")
        walk(into[key] as Section, value as Section, standard[key] as Section, here);
      else {
        into[key] = structuredClone(value);
        set.push(here);
      }
    }
  };
  walk(target as Section, source, shape, []);
  return set;
}

/**
 * What a save writes: `next` without feature flags (7.4) and with the pre-environment value of every overridden key
 * (7.1). Settings in `raw`, the document read before, that this version does not know are kept, so that a newer
 * Mattermost finds them again.
 */
export function toStored(next: Config, loaded: LoadedConfig, raw?: unknown): Section {
  const document: Section = isObject(raw) ? structuredClone(raw) : {};
  delete document.FeatureFlags;
  for (const { path } of leaves()) {
    if (path[0] === "FeatureFlags") continue;
    const overridden = at(loaded.environmentKeys, path) === true;
    put(document, path, structuredClone(at(overridden ? loaded.withoutEnvironment : next, path)));
  }
  return document;
}
