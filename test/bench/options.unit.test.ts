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
