import { ops } from "../measure/ops.ts";
import { requests, type Scenario } from "../measure/scenario.ts";

export const login: Scenario = {
  name: "login",
  about: "POST /users/login, users in turn",
  async start(target, options) {
    return requests("login", target, options, { users: target.users, rotate: true }, (user) =>
      ops.login(user),
    );
  },
};
