import { ops } from "../measure/ops.ts";
import { requests, type Scenario } from "../measure/scenario.ts";

export const post: Scenario = {
  name: "post",
  about: "POST /posts into the channel with all members, each connection another user",
  bar: 4,
  async start(target, options) {
    const who = { users: target.members, rotate: false };
    return requests("post", target, options, who, (user) => ops.post(target, user));
  },
};
