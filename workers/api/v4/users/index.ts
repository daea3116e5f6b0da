import type { Route } from "../../../http/route.ts";
import { account } from "./account.ts";
import { create } from "./create.ts";
import { email } from "./credentials/email.ts";
import { login } from "./credentials/login.ts";
import { mfa } from "./credentials/mfa.ts";
import { password } from "./credentials/password.ts";
import { customStatus } from "./custom-status.ts";
import { edit } from "./edit.ts";
import { find } from "./find.ts";
import { get } from "./get.ts";
import { image } from "./image.ts";
import { list } from "./list.ts";
import { terms } from "./terms.ts";

export const users: Route[] = [
  ...login,
  ...create,
  ...get,
  ...list,
  ...find,
  ...edit,
  ...password,
  ...mfa,
  ...email,
  ...account,
  ...image,
  ...customStatus,
  ...terms,
];
