import { describe, expect, it } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { checkEvent, EVENTS } from "./events.ts";

const user = newId();
const channel = newId();
const nobody = {
  omit_users: null,
  user_id: "",
  channel_id: "",
  team_id: "",
  connection_id: "",
  omit_connection_id: "",
};
const typing = {
  event: "typing",
  data: { parent_id: "", user_id: user },
  broadcast: { ...nobody, channel_id: channel, omit_users: { [user]: true } },
  seq: 3,
};
const problems = (event: unknown) => checkEvent(event).problems.join("; ");

describe("event schemas", () => {
  it("accept what is right", () => {
    expect(problems(typing)).toBe("");
  });

  it.each([
    ["an unknown event", { ...typing, event: "whistling" }, "is not in events.ts"],
    ["a further key in data", { ...typing, data: { ...typing.data, more: 1 } }, "more"],
    ["a missing key in data", { ...typing, data: { user_id: user } }, "parent_id"],
    ["a further key in broadcast", { ...typing, broadcast: { ...typing.broadcast, more: 1 } }, "more"],
    ["another scope", { ...typing, broadcast: { ...typing.broadcast, user_id: user } }, "is not one of: C"],
    [
      "the typing user as receiver",
      { ...typing, broadcast: { ...typing.broadcast, omit_users: null } },
      "typing user",
    ],
    ["a missing seq", { ...typing, seq: undefined }, "seq"],
  ])("find %s", (_, event, expected) => {
    expect(problems(event)).toContain(expected);
  });

  it("look into JSON in strings", () => {
    const event = {
      event: "preferences_changed",
      data: { preferences: JSON.stringify([{ user_id: user, category: "a", name: "b", value: 1 }]) },
      broadcast: { ...nobody, user_id: user },
      seq: 1,
    };
    expect(problems(event)).toContain("/value must be string");
  });

  it("exist for every event of the nouns that are built", () => {
    expect(Object.keys(EVENTS).length).toBeGreaterThan(45);
  });
});
