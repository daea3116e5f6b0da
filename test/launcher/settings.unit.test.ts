// What config.json and MM_… variables make of a node, and what they cannot.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readSettings } from "../../nginx-compat/launcher/settings/settings.ts";
import { databaseUrl, shownDatabase } from "../../nginx-compat/launcher/settings/stores.ts";

const dir = mkdtempSync(join(tmpdir(), "edgemost-settings-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const S3 = {
  DriverName: "amazons3",
  AmazonS3Bucket: "b",
  AmazonS3AccessKeyId: "k",
  AmazonS3SecretAccessKey: "s",
};
const CLUSTER = {
  ClusterSettings: { Enable: true, ClusterName: "chat", AdvertiseAddress: "node-1" },
  CacheSettings: { CacheType: "redis", RedisAddress: "redis:6379" },
  FileSettings: S3,
  ServiceSettings: { ListenAddress: ":8065" },
};

function read(config: object, env: Record<string, string> = {}) {
  const file = join(dir, "config.json");
  writeFileSync(file, JSON.stringify(config));
  return readSettings({ ...env, CONFIG_FILE: file }, dir);
}

const withSection = (section: keyof typeof CLUSTER, values: object) => ({
  ...CLUSTER,
  [section]: { ...CLUSTER[section], ...values },
});

describe("a node of a cluster", () => {
  test("has all of it from Mattermost's keys", () => {
    expect(read(CLUSTER).cluster).toEqual({
      nodeName: hostname(),
      nodeAddress: "node-1:8065",
      clusterName: "chat",
      redisUrl: "redis://redis:6379/0",
      redisPrefix: "chat:",
    });
  });

  test("no cluster is enabled unless it is said so", () => {
    expect(read({}).cluster).toBeNull();
    expect(read({ ...CLUSTER, ClusterSettings: { Enable: false } })).toMatchObject({
      cluster: null,
      notes: ["CacheSettings.CacheType redis is not used: ClusterSettings.Enable is not set"],
    });
  });

  test("variables win over the file", () => {
    const env = {
      MM_CLUSTERSETTINGS_ENABLE: "true",
      MM_CACHESETTINGS_CACHETYPE: "redis",
      MM_CACHESETTINGS_REDISADDRESS: "cache.example.com",
      MM_CACHESETTINGS_REDISPASSWORD: "p@ss/word",
      MM_CACHESETTINGS_REDISDB: "3",
      MM_CACHESETTINGS_REDISCACHEPREFIX: "my",
      MM_CLUSTERSETTINGS_OVERRIDEHOSTNAME: "first",
    };
    expect(read({ ClusterSettings: { Enable: false }, FileSettings: S3 }, env)).toMatchObject({
      nodeName: "first",
      cluster: {
        redisUrl: "redis://:p%40ss%2Fword@cache.example.com:6379/3",
        redisPrefix: "myedgemost:",
        nodeName: "first",
      },
    });
    expect(read(CLUSTER, { NODE_NAME: "leader" }).nodeName).toBe("leader");
  });

  test("its address is what is told, an interface's, this machine's, or its name", () => {
    const address = (values: object) =>
      read(withSection("ClusterSettings", { AdvertiseAddress: "", ...values })).cluster!.nodeAddress;
    expect(address({ BindAddress: "10.1.2.3" })).toBe("10.1.2.3:8065");
    expect(address({ NetworkInterface: "lo" })).toBe("127.0.0.1:8065");
    expect(address({ UseIPAddress: false })).toBe(`${hostname()}:8065`);
    expect(address({})).toMatch(/^\d+\.\d+\.\d+\.\d+:8065$/);
  });

  test("what tunes gossip is told to be of no use, where somebody has set it", () => {
    expect(read(CLUSTER).notes).toEqual([]);
    const values = { GossipPort: 9000, EnableGossipCompression: false, EnableGossipEncryption: false };
    expect(read(withSection("ClusterSettings", values)).notes).toEqual(
      Object.keys(values).map((key) => `ClusterSettings.${key} is not used: the nodes talk over Redis`),
    );
    expect(read({ ...CLUSTER, FileSettings: { DriverName: "local" } }).notes).toEqual([
      "FileSettings.DriverName local: every node must see the same FileSettings.Directory",
    ]);
  });

  test.each<[keyof typeof CLUSTER | "SqlSettings", object, RegExp]>([
    [
      "CacheSettings",
      { CacheType: "lru" },
      /^ClusterSettings\.Enable needs CacheSettings\.CacheType redis, not lru/,
    ],
    ["CacheSettings", { CacheType: "" }, /^ClusterSettings\.Enable needs CacheSettings\.CacheType redis/],
    [
      "CacheSettings",
      { CacheType: "memcached" },
      /^CacheSettings\.CacheType must be lru or redis, not "memcached"/,
    ],
    [
      "CacheSettings",
      { RedisAddress: "" },
      /^CacheSettings\.CacheType redis needs CacheSettings\.RedisAddress/,
    ],
    ["CacheSettings", { RedisAddress: "redis://a:1" }, /^CacheSettings\.RedisAddress is not host:port/],
    ["CacheSettings", { RedisAddress: "a:1/2" }, /^CacheSettings\.RedisAddress is not host:port/],
    ["CacheSettings", { RedisDB: -2 }, /^CacheSettings\.RedisDB must not be -2/],
    ["CacheSettings", { RedisDB: "one" }, /^CacheSettings\.RedisDB must be a whole number/],
    ["ClusterSettings", { Enable: "yes" }, /^ClusterSettings\.Enable must be true or false/],
    [
      "ClusterSettings",
      { AdvertiseAddress: "", NetworkInterface: "none0" },
      /^ClusterSettings\.NetworkInterface: there is no/,
    ],
    [
      "FileSettings",
      { DriverName: "azureblob" },
      /^FileSettings\.DriverName must be local or amazons3, not "azureblob"/,
    ],
    [
      "FileSettings",
      { AmazonS3Bucket: "" },
      /^FileSettings\.DriverName amazons3 needs FileSettings\.AmazonS3Bucket/,
    ],
    ["FileSettings", { AmazonS3SecretAccessKey: "" }, /needs FileSettings\.AmazonS3SecretAccessKey/],
    ["FileSettings", { AmazonS3SignV2: true }, /^FileSettings\.AmazonS3SignV2 is not supported/],
    [
      "SqlSettings",
      { DriverName: "mysql", DataSource: "mysql://a/b" },
      /^SqlSettings\.DriverName is mysql: only postgres/,
    ],
    [
      "SqlSettings",
      { DataSourceReplicas: ["host=a"] },
      /^SqlSettings\.DataSourceReplicas is not a URL like postgres:/,
    ],
  ])("%s %j is refused", (section, values, line) => {
    const config =
      section === "SqlSettings" ? { ...CLUSTER, SqlSettings: values } : withSection(section, values);
    expect(() => read(config)).toThrow(line);
    expect(() => read(config)).toThrow(/^[^\n]+$/);
  });
});

describe("a data source", () => {
  test("keeps what means something to PostgreSQL, of all its hosts", () => {
    expect(
      databaseUrl("postgres://u:p@h/d?sslmode=disable&binary_parameters=yes&connect_timeout=5", "X"),
    ).toBe("postgres://u:p@h/d?sslmode=disable&connect_timeout=5");
    const several = "postgres://u:p@one:5432,two:5433/d?target_session_attrs=read-write";
    expect(databaseUrl(several, "X")).toBe(several);
    expect(shownDatabase(several)).toBe("one:5432,two:5433/d");
    expect(shownDatabase("postgres://u:p@h/d?x=y")).toBe("h:5432/d");
  });

  test.each(["", "host=a dbname=b", "mysql://a/b", "postgres://", "postgres://a,/b", "postgres://a,b:x/c"])(
    "%j is none",
    (source) => {
      expect(() => databaseUrl(source, "X")).toThrow(/^X is not a URL like postgres:/);
    },
  );
});

describe("the metrics", () => {
  const metrics = (values: object, env: Record<string, string> = {}) =>
    read({ MetricsSettings: values }, { PORT: "8065", ...env }).metrics;

  test("are answered nowhere unless enabled", () => {
    expect(metrics({ ListenAddress: "nonsense" })).toBeNull();
    expect(metrics({ Enable: true })).toEqual({ host: "*", port: 8067 });
    expect(metrics({ Enable: true, ListenAddress: "[::1]:9000" })).toEqual({ host: "[::1]", port: 9000 });
    const env = { MM_METRICSSETTINGS_ENABLE: "true", MM_METRICSSETTINGS_LISTENADDRESS: "10.0.0.1:1" };
    expect(metrics({}, env)).toEqual({ host: "10.0.0.1", port: 1 });
  });

  test.each([
    ["8067", 'MetricsSettings.ListenAddress is not host:port: "8067"'],
    [":http", 'The port in MetricsSettings.ListenAddress must be a number from 0 to 65535, not "http"'],
    [":65536", 'The port in MetricsSettings.ListenAddress must be a number from 0 to 65535, not "65536"'],
    [":8065", "MetricsSettings.ListenAddress must have another port than the node's own, 8065"],
  ])("refuse %s", (address, message) => {
    expect(() => metrics({ Enable: true, ListenAddress: address })).toThrow(message);
  });
});

describe("the web client's directory", () => {
  const withRoot = (name: string) => {
    const path = join(dir, name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "root.html"), "<html></html>");
    return path;
  };

  test("is CLIENT_DIR, or client in the data directory where there is one", () => {
    expect(read({}).clientDir).toBeNull();
    const named = withRoot("named");
    expect(read({}, { CLIENT_DIR: named }).clientDir).toBe(named);
    const usual = withRoot("data/client");
    expect(read({}, { DATA_DIR: join(dir, "data") }).clientDir).toBe(usual);
    expect(read({}, { DATA_DIR: join(dir, "data"), CLIENT_DIR: named }).clientDir).toBe(named);
    mkdirSync(join(dir, "other/client"), { recursive: true });
    expect(read({}, { DATA_DIR: join(dir, "other") }).clientDir).toBeNull();
  });

  test("that is named must hold a client", () => {
    expect(() => read({}, { CLIENT_DIR: "nowhere" })).toThrow(
      `There is no web client in CLIENT_DIR (${join(dir, "nowhere")}): no root.html`,
    );
  });
});
