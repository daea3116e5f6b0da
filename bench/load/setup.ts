// Prepares a server for Locust, JMeter and k6: accounts, a team, channels with posts, and one file that tells of them.
//   URL=http://localhost:8065 USERS=50 ADMIN=user:password PREPARED=data/load.json node bench/load/setup.ts

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BenchFailure } from "../failure.ts";
import { parseOptions } from "../options.ts";
import { prepare } from "../server/prepare.ts";

const { URL: url, USERS: users = "10", ADMIN: admin, PREPARED: file = "data/load.json" } = process.env;
const say = (text: string) => process.stderr.write(`setup: ${text}\n`);

const given = { "--url": url, "--users": users, "--admin": admin };
const argv = Object.entries(given).flatMap(([name, value]) => (value ? [name, value] : []));

try {
  const options = parseOptions([...argv, "--page-channels", "4", "--seed-posts", "80"], []);
  const target = await prepare("load", options.url, options.admin, options, say);
  const prepared = {
    url: target.base.url,
    team: target.teamId,
    channels: [target.mainChannelId, ...target.pageChannelIds],
    users: target.members.map(({ id, username, password, auth }) => ({
      id,
      username,
      password,
      token: /Bearer (\S+)/.exec(auth)![1],
    })),
  };
  mkdirSync(dirname(file), { recursive: true });
  // It holds passwords and tokens.
  writeFileSync(file, JSON.stringify(prepared, null, 2), { mode: 0o600 });
  say(`${prepared.users.length} users in ${file}`);
} catch (error) {
  if (!(error instanceof BenchFailure)) throw error;
  say(error.message);
  process.exitCode = 1;
}
