// LogSettings: what of the log goes to the console and what into the file.

import { join, resolve } from "node:path";
import { StartError } from "../errors.ts";
import type { ConfigReader } from "./config-reader.ts";

/** Least to most severe. */
export const LEVELS = ["trace", "debug", "info", "warn", "error", "critical", "fatal", "panic"] as const;
export type Level = (typeof LEVELS)[number];

export interface LogTarget {
  /** Lines below it are left out. */
  level: Level;
  /** JSON lines, or text for people. */
  json: boolean;
}

export interface LogSettings {
  console: LogTarget | null;
  file: (LogTarget & { path: string }) | null;
}

/** Throws StartError for a level that is none. The file is `mattermost.log` in FileLocation, or in DATA_DIR/logs. */
export function readLogSettings(config: ConfigReader, dataDir: string, cwd: string): LogSettings {
  const target = (kind: "Console" | "File", level: Level): LogTarget | null => {
    if (!config.flag("LogSettings", `Enable${kind}`, true)) return null;
    return {
      level: levelOf(config, `${kind}Level`, level),
      json: config.flag("LogSettings", `${kind}Json`, true),
    };
  };
  const file = target("File", "info");
  const location = config.text("LogSettings", "FileLocation");
  const directory = location ? resolve(cwd, location) : join(dataDir, "logs");
  return {
    console: target("Console", "debug"),
    file: file && { ...file, path: join(directory, "mattermost.log") },
  };
}

function levelOf(config: ConfigReader, key: string, otherwise: Level): Level {
  const given = config.text("LogSettings", key);
  if (!given) return otherwise;
  const level = LEVELS.find((known) => known === given.toLowerCase());
  if (!level) throw new StartError(`LogSettings.${key} must be one of ${LEVELS.join(", ")}, not "${given}"`);
  return level;
}
