// config.json under the environment's MM_… variables, as the launcher needs it; the worker reads all of it by itself.

import { readFileSync } from "node:fs";
import { oneLine, StartError } from "../errors.ts";

export type Env = Record<string, string | undefined>;
type Config = Record<string, Record<string, unknown> | undefined>;

/** Mattermost's own keys, each read as what it must be; anything else is a StartError that names the key. */
export class ConfigReader {
  private readonly env: Env;
  private readonly config: Config;

  constructor(env: Env, configJson: string) {
    this.env = env;
    this.config = JSON.parse(configJson) as Config;
  }

  text(section: string, key: string): string {
    const value = this.raw(section, key);
    return typeof value === "string" ? value : "";
  }

  flag(section: string, key: string, otherwise: boolean): boolean {
    const value = this.raw(section, key);
    if (value === undefined || value === null || value === "") return otherwise;
    if (typeof value === "boolean") return value;
    if (value === "true" || value === "false") return value === "true";
    throw new StartError(`${section}.${key} must be true or false`);
  }

  number(section: string, key: string, otherwise: number): number {
    const value = this.raw(section, key);
    if (value === undefined || value === null || value === "") return otherwise;
    const number = typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
    if (!Number.isInteger(number)) throw new StartError(`${section}.${key} must be a whole number`);
    return number;
  }

  /** Lists come from the environment with spaces between their items. */
  list(section: string, key: string): string[] {
    const value = this.raw(section, key);
    if (typeof value === "string") return value.split(/\s+/).filter((item) => item !== "");
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  private raw(section: string, key: string): unknown {
    return this.env[`MM_${section}_${key}`.toUpperCase()] ?? this.config[section]?.[key];
  }
}

export function readConfigFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new StartError(`Cannot read the configuration file ${path}: ${oneLine(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StartError(`The configuration file ${path} is not valid JSON: ${oneLine(error)}`);
  }
  const isObject = (v: unknown) => typeof v === "object" && v !== null && !Array.isArray(v);
  if (!isObject(value)) throw new StartError(`The configuration file ${path} is not a JSON object`);
  const odd = Object.entries(value as object).find(([key, v]) => /Settings$/.test(key) && !isObject(v));
  if (odd) throw new StartError(`The configuration file ${path} is not valid: ${odd[0]} must be an object`);
  return text;
}
