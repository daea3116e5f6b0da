import { ops } from "../measure/ops.ts";
import { requests, type Scenario } from "../measure/scenario.ts";

export const channels: Scenario = {
  name: "channels",
  about: "GET /users/me/teams/{team}/channels, users in turn",
  bar: 2,
  async start(target, options) {
    const who = { users: target.users, rotate: true };
    return requests("channels", target, options, who, () => ops.channels(target));
  },
};
