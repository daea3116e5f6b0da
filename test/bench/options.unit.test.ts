import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { BenchFailure } from "../../bench/failure.ts";
import { parseOptions } from "../../bench/options.ts";

const KNOWN = ["login", "post", "me"];
const parse = (...argv: string[]) => parseOptions(argv, KNOWN);

describe("parseOptions", () => {
  it("has the documented defaults", () => {
    expect(parse()).toMatchObject({
      url: "http://localhost:8065",
      vs: null,
      users: 200,
      members: 200,
      sockets: 200,
      concurrency: 16,
      seconds: 10,
      rate: 0,
      seedPosts: 800,
      scenarios: KNOWN,
      json: null,
    });
  });

  it("runs what needs a cluster only with --cluster, whose address and nodes it reads", () => {
    const file = join(mkdtempSync(join(tmpdir(), "edgemost-bench-")), "cluster.json");
    const nodes = [{ url: "http://a:1" }, { url: "http://b:2" }];
    writeFileSync(file, JSON.stringify({ url: "http://c:3", nodes, redis: "redis://d:4" }));
    const clustered = (...argv: string[]) => parseOptions(argv, KNOWN, ["post"]);
    expect(clustered()).toMatchObject({ scenarios: ["login", "me"], cluster: null });
    expect(clustered("--cluster", file)).toMatchObject({
      url: "http://c:3",
      scenarios: KNOWN,
      cluster: { nodes: ["http://a:1", "http://b:2"], redis: "redis://d:4" },
    });
    expect(() => clustered("--scenarios", "post")).toThrow(/"post" needs --cluster/);
    expect(() => clustered("--cluster", `${file}.not`)).toThrow(/^--cluster .*ENOENT/);
    rmSync(dirname(file), { recursive: true });
  });

  it("takes all of them", () => {
    const o = parse(
      ...["--url", "http://a:1/", "--vs=https://b/x/", "--admin", "root:a:b", "--users", "10"],
      ...["--members=20", "--seconds", "0.5", "--scenarios", "me, post,me", "--json", "f.json", "--strict"],
    );
    expect(o).toMatchObject({
      url: "http://a:1",
      vs: "https://b/x",
      admin: { username: "root", password: "a:b" },
      vsAdmin: { username: "root", password: "a:b" },
      users: 10,
      members: 20,
      sockets: 10,
      seconds: 0.5,
      scenarios: ["me", "post"],
      json: "f.json",
      strict: true,
    });
  });

  it.each([
    [["--url", "localhost:8065"], "--url must be an http or https URL"],
    [["--users", "0"], "--users must be a number from 1"],
    [["--users", "1.5"], "--users must be a whole number"],
    [["--seconds", "soon"], "--seconds must be a number"],
    [["--admin", "root"], "--admin must be user:password"],
    [["--scenarios", "me,nope"], 'unknown scenario "nope"; known: login, post, me'],
    [["--scenarios", ","], "--scenarios is empty"],
    [["--nope"], "Unknown option '--nope'"],
    [["stray"], "Unexpected argument 'stray'"],
  ])("refuses %j in one line", (argv, message) => {
    expect(() => parse(...argv)).toThrow(BenchFailure);
    expect(() => parse(...argv)).toThrow(message);
  });
});
