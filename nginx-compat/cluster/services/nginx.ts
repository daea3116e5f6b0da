// The NGINX in front of the local cluster: the configuration of the self-hosted one, with other addresses.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { type Running, start } from "../../launcher/process/processes.ts";
import type { Listen } from "../../launcher/settings/listen.ts";
import { listensAt, whenReady } from "./ready.ts";
import { findProgram } from "./redis.ts";

const SOURCE = resolve(import.meta.dirname, "../..");

export interface NginxOptions {
  /** For its configuration and temporary files. */
  dir: string;
  logDir: string;
  listen: Listen;
  /** host:port of each node. */
  nodes: string[];
}

export async function startNginx(options: NginxOptions): Promise<Running> {
  const { dir, logDir, listen } = options;
  writeNginxConfig(options);
  const flags = ["-p", dir, "-c", join(dir, "nginx.conf"), "-e", join(logDir, "nginx.log")];
  const running = await start(findProgram("nginx"), flags, {
    stdio: "ignore",
    orphanSignal: "SIGTERM",
    graceSeconds: 2,
  });
  const logFile = join(logDir, "nginx.log");
  return whenReady(running, { name: "NGINX", logFile, answers: () => listensAt(listen.host, listen.port) });
}

/** The self-hosted cluster's own files, with this machine's addresses and paths. */
export function writeNginxConfig({ dir, logDir, listen, nodes }: NginxOptions): void {
  mkdirSync(join(dir, "temporary"), { recursive: true, mode: 0o700 });
  copyFileSync(join(SOURCE, "locations.conf"), join(dir, "locations.conf"));
  writeFileSync(join(dir, "default.conf"), defaultConf(dir, listen, nodes));
  writeFileSync(join(dir, "nginx.conf"), mainConf(dir, logDir));
}

function mainConf(dir: string, logDir: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => {
    return `    ${name}_temp_path "${join(dir, "temporary", name)}";\n`;
  });
  const root = process.getuid?.() === 0;
  return readFileSync(join(SOURCE, "nginx.conf"), "utf8")
    .replace("user nginx;", root ? `daemon off;\nuser ${userInfo().username};` : "daemon off;")
    .replace("worker_processes auto;", `worker_processes ${Math.min(cpus().length, 4)};`)
    .replace("worker_rlimit_nofile 65536;\n", "")
    .replace("/tmp/nginx.pid", `"${join(dir, "nginx.pid")}"`)
    .replace("error_log stderr", `error_log "${join(logDir, "nginx.log")}"`)
    .replace(
      "    include /etc/nginx/conf.d/*.conf;\n",
      `${temporary.join("")}    include "${join(dir, "default.conf")}";\n`,
    );
}

/** The lines for `leader` stand for those of any node. */
function defaultConf(dir: string, { host, port }: Listen, nodes: string[]): string {
  const text = readFileSync(join(SOURCE, "default.conf"), "utf8");
  return text
    .replace(/( *)server leader:8065 (.*);\n/g, (_, indent, flags) => {
      return nodes.map((address) => `${indent}server ${address} ${flags};\n`).join("");
    })
    .replace(/ *server follower\d*:8065 .*;\n/g, "")
    .replace(/listen 80;/, `listen ${host === "*" ? "" : `${host}:`}${port};`)
    .replace("/etc/nginx/edgemost/locations.conf", `"${join(dir, "locations.conf")}"`);
}
