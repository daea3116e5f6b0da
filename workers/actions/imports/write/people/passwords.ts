import { formatPhc, toBase64 } from "../../../../passwords/phc.ts";
import type { UserLine } from "../../lines/people.ts";
import type { Work } from "../work.ts";

export interface Account {
  id: string;
  username: string;
  password: string;
  auth_service: string;
  roles: string;
  is_bot: boolean;
}

/** Hashes worked out at the same time: there are as many processors for it. */
const AT_ONCE = 2;

/**
 * What to store as each line's password: undefined to leave what is there. One that the account has already stays, so that the
 * same import changes nothing. A new account without one gets the hash of a password that nobody knows.
 */
export async function passwordsOf(
  work: Work,
  lines: UserLine[],
  accounts: Map<string, Account>,
): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  const waiting = lines.filter(({ password }) => password);
  for (const { username, auth_service, password } of lines)
    if (!password && !accounts.has(username)) hashes.set(username, auth_service ? "" : unknown());
  const { compute } = work.ctx;
  const worker = async () => {
    for (let line = waiting.pop(); line; line = waiting.pop()) {
      await work.step();
      const stored = accounts.get(line.username)?.password ?? "";
      if (stored && (await compute.verifyPassword(line.password!, stored)).matches) continue;
      hashes.set(line.username, await compute.hashPassword(line.password!));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return hashes;
}

/** 32 random bytes in the place of a hash: no password is known that gives them. */
function unknown(): string {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  return formatPhc({ rounds: 600_000, length: 32, salt: random(16), hash: toBase64(random(32)) });
}
