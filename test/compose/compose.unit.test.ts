// What docker-compose.yml and the Dockerfile promise. compose.cluster.test.ts runs what they name.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { COMPOSE_DIR, mountsOf, parseEnvFile, readCompose } from "./compose-file.ts";
import { all, command, environment, readDockerfile } from "./dockerfile.ts";

const ROOT = resolve(COMPOSE_DIR, "..");
const compose = readCompose();
const services = Object.entries(compose.services);
const NODES = ["leader", "follower", "follower2"];
const nodes = NODES.map((name) => [name, compose.services[name]!] as const);

describe("docker-compose.yml", () => {
  test("has the services of a cluster", () => {
    const names = ["nginx", ...NODES, "postgres", "redis", "minio", "minio-bucket"];
    expect(services.map(([name]) => name).sort()).toEqual(names.sort());
  });

  test("publishes nothing but NGINX", () => {
    for (const [name, service] of services)
      expect([name, service.ports]).toEqual([name, name === "nginx" ? ["8065:80"] : undefined]);
  });

  test.each(services)(
    "%s is restarted, has an image of a fixed version, and the volumes it names",
    (name, service) => {
      expect(service.restart).toBe(name === "minio-bucket" ? "on-failure" : "unless-stopped");
      if (service.build) {
        expect(existsSync(join(COMPOSE_DIR, service.build.context, service.build.dockerfile))).toBe(true);
      } else expect(service.image).toMatch(/^[\w/]+:(\d|RELEASE\.\d)/);
      for (const { source, isPath } of mountsOf(service)) {
        if (isPath) expect(statSync(join(COMPOSE_DIR, source)).isFile()).toBe(true);
        else expect(compose.volumes).toHaveProperty(source);
      }
      for (const needed of Object.keys(service.depends_on ?? {}))
        expect(compose.services).toHaveProperty(needed);
    },
  );

  test.each(services.filter(([name]) => !NODES.includes(name) && name !== "minio-bucket"))(
    "%s has a health check",
    (_, service) => {
      expect(service.healthcheck!.test.length).toBeGreaterThan(1);
    },
  );

  test("nothing waits for a service to be healthy that has no health check", () => {
    for (const [, service] of services)
      for (const [needed, { condition }] of Object.entries(service.depends_on ?? {}))
        if (condition === "service_healthy") expect(compose.services[needed]!.healthcheck).toBeDefined();
  });

  test.each(nodes)("%s runs with no rights it does not need, under its own name", (name, node) => {
    expect(node).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      hostname: name,
      stop_grace_period: "30s",
    });
    expect(node.security_opt).toContain("no-new-privileges:true");
    expect(node.environment!.NODE_NAME).toBe(name);
    expect(mountsOf(node).filter(({ readOnly }) => !readOnly)).toEqual([
      { source: name, target: "/data", readOnly: false, isPath: false },
    ]);
  });

  test("NGINX knows each node by an address that the node keeps", () => {
    const hosts = Object.fromEntries(compose.services.nginx!.extra_hosts!.map((line) => line.split(":")));
    for (const [name, { networks }] of nodes) {
      const { inside } = networks as Record<string, { ipv4_address?: string }>;
      expect(inside!.ipv4_address).toBe(hosts[name]);
    }
  });

  test("PostgreSQL, Redis and MinIO are on a network without a way out", () => {
    expect(compose.networks.inside!.internal).toBe(true);
    for (const name of ["postgres", "redis", "minio", "minio-bucket"])
      expect(compose.services[name]!.networks).toEqual(["inside"]);
  });

  test("no secret is in a file: each is in the env file, and each of its placeholders is to be replaced", () => {
    const example = readFileSync(join(COMPOSE_DIR, "edgemost.env.example"), "utf8");
    const env = parseEnvFile(example);
    const placeholders = Object.entries(env).filter(([, value]) => value.includes("change-me"));
    expect(placeholders.map(([name]) => name)).toEqual([
      "POSTGRES_PASSWORD",
      "MINIO_ROOT_PASSWORD",
      "REDIS_PASSWORD",
      "MM_SQLSETTINGS_DATASOURCE",
      "MM_FILESETTINGS_AMAZONS3SECRETACCESSKEY",
      "MM_CACHESETTINGS_REDISPASSWORD",
    ]);
    expect(env.MM_SQLSETTINGS_DATASOURCE).toBe(
      `postgres://${env.POSTGRES_USER}:${env.POSTGRES_PASSWORD}@postgres:5432/${env.POSTGRES_DB}?sslmode=disable`,
    );
    expect(env.MM_FILESETTINGS_AMAZONS3SECRETACCESSKEY).toBe(env.MINIO_ROOT_PASSWORD);
    expect(env.MM_FILESETTINGS_AMAZONS3ACCESSKEYID).toBe(env.MINIO_ROOT_USER);
    expect(env.MM_CACHESETTINGS_REDISPASSWORD).toBe(env.REDIS_PASSWORD);
    for (const [, service] of services) if (service.env_file) expect(service.env_file).toBe("edgemost.env");
  });

  test("config.json names the services", () => {
    const config = JSON.parse(readFileSync(join(COMPOSE_DIR, "config.json"), "utf8"));
    expect(config.CacheSettings.RedisAddress).toBe("redis:6379");
    expect(config.FileSettings.AmazonS3Endpoint).toBe("minio:9000");
    expect(new URL(config.SqlSettings.DataSource).host).toBe("postgres:5432");
    const [bucket] = /mc mb .*store\/(\S+)/
      .exec(compose.services["minio-bucket"]!.entrypoint!.join(" "))!
      .slice(1);
    expect(bucket!.replace(/"/g, "")).toBe(config.FileSettings.AmazonS3Bucket);
  });

  test("the variant with TLS replaces NGINX's own configuration", () => {
    const { nginx } = readCompose("docker-compose.tls.yml").services;
    expect(nginx!.ports).toEqual(["80:80", "443:443"]);
    const targets = mountsOf(nginx!).map(({ target }) => target);
    expect(targets).toEqual(["/etc/nginx/conf.d/default.conf", "/etc/nginx/certs"]);
  });

  test("the variant with a web client has it where every node looks for one, and none can change it", () => {
    const { services: added } = readCompose("docker-compose.client.yml");
    expect(Object.keys(added).sort()).toEqual([...NODES].sort());
    for (const service of Object.values(added))
      expect(mountsOf(service)).toEqual([
        { source: "./client", target: "/data/client", readOnly: true, isPath: true },
      ]);
  });
});

describe("Dockerfile", () => {
  const [build, image] = readDockerfile(join(COMPOSE_DIR, "Dockerfile"));

  test("copies what is there", () => {
    for (const rest of all(build!, "COPY")) {
      const sources = rest.split(" ").slice(0, -1);
      for (const source of sources) expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
    }
    expect(all(image!, "COPY")).toEqual(["--from=build /app /app"]);
  });

  test("starts the launcher that it has built, not as root", () => {
    expect(all(build!, "RUN").at(-1)).toBe("node nginx-compat/launcher/build.ts /app");
    expect(command(image!, "CMD")).toEqual(["node", "/app/launcher.mjs"]);
    expect(all(image!, "USER")).toEqual(["node"]);
    expect(environment(image!)).toMatchObject({
      DATA_DIR: "/data",
      EDGEMOST_BUNDLE: "/app/worker",
      EDGEMOST_WORKERD: "/app/workerd",
    });
    expect(all(image!, "VOLUME")).toEqual(['["/data"]']);
  });

  test("both stages are of the version of Node that the project asks for", () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const [major] = /\d+/.exec(dependencies.node)!;
    for (const stage of [build!, image!]) expect(stage.from).toMatch(new RegExp(`^node:${major}-`));
  });
});
