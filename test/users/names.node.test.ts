// What becomes of a user's names (semantics 12.3, 14.1).

import { expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { sharedNode } from "../harness/node.ts";
import { adminOf, makeUser } from "../harness/people.ts";

test("control characters, which turn text around, are not kept", async () => {
  const name = `n${newId()}`;
  const { status, body } = await adminOf(sharedNode()).request("POST", "users", {
    username: `\u202e${name}`,
    email: `${name}@example.com`,
    password: "Password-1",
    first_name: "A\u206ada",
    last_name: "\ufeffLovelace",
    nickname: "Coun\u202etess",
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    username: name,
    first_name: "Ada",
    last_name: "Lovelace",
    nickname: "Countess",
  });
  const user = await makeUser();
  const patched = await user.client.patchMe({ nickname: "\u202eNick", first_name: "\u206f" });
  expect(patched).toMatchObject({ nickname: "Nick", first_name: "" });
});
