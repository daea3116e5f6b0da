import { ops } from "../measure/ops.ts";
import { requests, type Scenario } from "../measure/scenario.ts";

export const me: Scenario = {
  name: "me",
  about: "GET /users/me, users in turn",
  bar: 1.5,
  async start(target, options) {
    return requests("me", target, options, { users: target.users, rotate: true }, () => ops.me());
  },
};
