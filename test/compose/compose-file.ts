// Reads docker-compose.yml as docker compose would, as far as ours goes.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";

export const COMPOSE_DIR = resolve(import.meta.dirname, "../../nginx-compat");

export interface ComposeService {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  env_file?: string;
  volumes?: string[];
  tmpfs?: string[];
  ports?: string[];
  expose?: string[];
  extra_hosts?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  restart?: string;
  stop_grace_period?: string;
  hostname?: string;
  healthcheck?: { test: string[]; interval: string; timeout: string; retries: number };
  depends_on?: Record<string, { condition: string }>;
  networks: string[] | Record<string, { ipv4_address?: string }>;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } }>;
}

/** A `$$` of the file is the container's own `$`; there is nothing else to fill in. */
export function readCompose(name = "docker-compose.yml"): ComposeFile {
  const text = readFileSync(join(COMPOSE_DIR, name), "utf8");
  const override = {
    tag: "!override",
    collection: "seq" as const,
    resolve: (value: unknown) => value as never,
  };
  const file = parse(text, { merge: true, customTags: [override] });
  return JSON.parse(JSON.stringify(file).replaceAll("$$", "$"));
}

/** NAME=value lines. */
export function parseEnvFile(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => /^[A-Za-z_]\w*=/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

export interface Mount {
  source: string;
  target: string;
  readOnly: boolean;
  /** A path beside the compose file; else the name of a volume. */
  isPath: boolean;
}

export function mountsOf({ volumes = [] }: ComposeService): Mount[] {
  return volumes.map((text) => {
    const [source = "", target = "", mode] = text.split(":");
    return { source, target, readOnly: mode === "ro", isPath: /^[./]/.test(source) };
  });
}
