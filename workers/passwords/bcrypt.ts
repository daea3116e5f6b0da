import { compare } from "bcryptjs";

/** Whether `password` matches a bcrypt hash ($2a$, $2b$, $2y$; any cost). False for anything that is no bcrypt hash. */
export async function matchesBcrypt(password: string, hash: string): Promise<boolean> {
  return /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash) && compare(password, hash);
}
