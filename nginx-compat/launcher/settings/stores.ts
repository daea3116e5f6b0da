// SqlSettings and FileSettings, as far as they cannot be honoured.

import { StartError } from "../errors.ts";
import type { ConfigReader } from "./config-reader.ts";

/** What of lib/pq's parameters means anything here; postgres.js would send the others to the server, which objects. */
const KEPT = new Set([
  "sslmode",
  "connect_timeout",
  "application_name",
  "search_path",
  "options",
  "target_session_attrs",
]);

/** Several hosts with commas between them are tried in turn, as libpq does: `target_session_attrs=read-write`. */
export function databaseUrl(source: string, what: string): string {
  const [, head = "", hosts = "", tail = ""] = /^([^/]*:\/\/(?:[^/?]*@)?)([^/?]*)(.*)$/s.exec(source) ?? [];
  const list = hosts.split(",");
  const parsed = list.map((host) => {
    return URL.canParse(head + host + tail) ? new URL(head + host + tail) : null;
  });
  if (!parsed.every((url) => url && /^postgres(ql)?:$/.test(url.protocol) && url.hostname)) {
    throw new StartError(`${what} is not a URL like postgres://user:password@host:5432/database`);
  }
  const [url] = parsed as [URL];
  for (const key of [...url.searchParams.keys()]) if (!KEPT.has(key)) url.searchParams.delete(key);
  return list.length === 1 ? url.href : url.href.replace(url.host, hosts);
}

/** host:port/database of each host, without the password. */
export function shownDatabase(source: string): string {
  const [, hosts = "", path = ""] = /^[^/]*:\/\/(?:[^/?]*@)?([^/?]*)([^?]*)/.exec(source) ?? [];
  return (
    hosts
      .split(",")
      .map((host) => (/:\d+$/.test(host) ? host : `${host}:5432`))
      .join(",") + path
  );
}

/** For a node of a cluster: what other nodes store must be what this one finds. */
export function checkStores(config: ConfigReader, notes: string[]): void {
  for (const key of ["DataSourceReplicas", "DataSourceSearchReplicas"])
    for (const source of config.list("SqlSettings", key)) databaseUrl(source, `SqlSettings.${key}`);

  const files = config.text("FileSettings", "DriverName") || "local";
  if (files !== "local" && files !== "amazons3")
    throw new StartError(`FileSettings.DriverName must be local or amazons3, not "${files}"`);
  if (files === "local") {
    notes.push("FileSettings.DriverName local: every node must see the same FileSettings.Directory");
    return;
  }
  for (const key of ["AmazonS3Bucket", "AmazonS3AccessKeyId", "AmazonS3SecretAccessKey"])
    if (!config.text("FileSettings", key))
      throw new StartError(`FileSettings.DriverName amazons3 needs FileSettings.${key}`);
  if (config.flag("FileSettings", "AmazonS3SignV2", false))
    throw new StartError("FileSettings.AmazonS3SignV2 is not supported: S3 has signature version 4 only");
}
