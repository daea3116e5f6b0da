import { createHash } from "node:crypto";
import { BenchFailure } from "../failure.ts";
import { type Api, chunks, inPool } from "../http/api.ts";
import type { Credentials } from "../options.ts";
import { authLine, type BenchUser } from "./target.ts";

interface User {
  id: string;
  username: string;
  roles: string;
}

/** Password hashing keeps the server busy; more at once would not be faster. */
const AT_ONCE = 8;

/** The Authorization line of a system administrator. */
export async function loginAdmin(api: Api, admin: Credentials, noAccounts: boolean): Promise<string> {
  if (noAccounts) {
    const email = `${admin.username.toLowerCase()}@bench.invalid`;
    await api.call("POST", "/api/v4/users", "", { ...admin, email });
  }
  const body = { login_id: admin.username, password: admin.password };
  const reply = await api.raw("POST", "/api/v4/users/login", "", body);
  if (reply.status !== 200) {
    const refused = api.refused("POST", "/api/v4/users/login", reply).message;
    throw new BenchFailure(`${refused}: pass --admin user:password of a system administrator`);
  }
  if (!(JSON.parse(reply.body) as User).roles.split(" ").includes("system_admin")) {
    throw new BenchFailure(
      `${admin.username} at ${api.base.url} is not a system administrator: pass --admin`,
    );
  }
  return authLine(reply.token);
}

/** Makes the missing ones of `count` accounts; none is logged in yet. */
export async function ensureUsers(
  api: Api,
  admin: string,
  secret: string,
  count: number,
): Promise<BenchUser[]> {
  const users = Array.from({ length: count }, (_, i): BenchUser => {
    const username = `bench-${String(i + 1).padStart(5, "0")}`;
    return { id: "", username, password: passwordOf(secret, username), auth: "" };
  });
  const ids = new Map<string, string>();
  for (const part of chunks(users, 100)) {
    const names = part.map((u) => u.username);
    for (const user of await api.call<User[]>("POST", "/api/v4/users/usernames", admin, names)) {
      ids.set(user.username, user.id);
    }
  }
  await inPool(users, AT_ONCE, async (user) => {
    user.id = ids.get(user.username) ?? "";
    if (user.id !== "") return;
    const { username, password } = user;
    const body = { username, password, email: `${username}@bench.invalid` };
    user.id = (await api.call<User>("POST", "/api/v4/users", admin, body)).id;
  });
  return users;
}

export async function loginUsers(api: Api, admin: string, users: BenchUser[]): Promise<void> {
  const login = (user: BenchUser) =>
    api.raw("POST", "/api/v4/users/login", "", { login_id: user.username, password: user.password });
  await inPool(users, AT_ONCE, async (user) => {
    let reply = await login(user);
    if (reply.status === 401) {
      // An earlier run had another administrator's password.
      await api.call("PUT", `/api/v4/users/${user.id}/password`, admin, { new_password: user.password });
      reply = await login(user);
    }
    if (reply.status !== 200) throw api.refused("POST", "/api/v4/users/login", reply);
    if (reply.token === "") throw new BenchFailure(`${api.base.url} sends no Token header on login`);
    user.auth = authLine(reply.token);
  });
}

/** The same on every run, and not to be guessed without the administrator's password. */
function passwordOf(secret: string, username: string): string {
  return `aA1!${createHash("sha256").update(`${secret}\n${username}`).digest("hex").slice(0, 24)}`;
}
