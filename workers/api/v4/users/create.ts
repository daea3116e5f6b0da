import { z } from "zod";
import { doSignUp, signupEntry } from "../../../actions/users/account/signup.ts";
import { rawJson } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { userText } from "../../../model/user-view.ts";
import { profileFields } from "./schema.ts";

const body = z.object({
  ...profileFields,
  username: z.string().default(""),
  email: z.string().default(""),
  password: z.string().default(""),
  email_verified: z.boolean().optional(),
});

export const create = [
  route({
    method: "POST",
    path: "/api/v4/users",
    auth: "optional",
    body,
    access: signupEntry,
    async handle(r, entry) {
      const user = await doSignUp(r, r.body, entry);
      return rawJson(userText(user, "self", r.ctx.config), { status: 201 });
    },
  }),
];
