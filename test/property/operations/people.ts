import { nextWord, type Operations, send, status } from "./acts.ts";

/** What is a person's own, and a team's. */
export const PEOPLE: Operations = {
  prefer: [
    3,
    (_, { person, ...actor }, random) => {
      const name = random.of(["one", "two", "three"]);
      const preference = { user_id: person.id, category: "property", name, value: String(nextWord()) };
      return status(send({ person, ...actor }, "PUT", `users/${person.id}/preferences`, [preference]));
    },
  ],
  forget_preference: [
    1,
    (_, { person, ...actor }, random) => {
      const preference = {
        user_id: person.id,
        category: "property",
        name: random.of(["one", "two"]),
        value: "",
      };
      return status(
        send({ person, ...actor }, "POST", `users/${person.id}/preferences/delete`, [preference]),
      );
    },
  ],
  profile: [
    2,
    (_, actor, random) =>
      status(
        send(actor, "PUT", "users/me/patch", { [random.of(["nickname", "position"])!]: `n${nextWord()}` }),
      ),
  ],
  status: [
    2,
    (_, actor, random) => {
      const { id } = actor.person;
      const body = { user_id: id, status: random.of(["online", "away", "dnd", "offline"]), dnd_end_time: 0 };
      return status(send(actor, "PUT", `users/${id}/status`, body));
    },
  ],
  category: [
    2,
    async (crowd, actor, random) => {
      const path = `users/${actor.person.id}/teams/${crowd.world.team.id}/channels/categories`;
      const own = Object.entries(actor.model.state.categories).filter(([, { type }]) => type === "custom");
      const [id, category] = random.of(own) ?? [];
      if (id && random.chance(0.3)) return status(send(actor, "DELETE", `${path}/${id}`));
      const body = {
        user_id: actor.person.id,
        team_id: crowd.world.team.id,
        type: "custom",
        display_name: `Category ${nextWord()}`,
        channel_ids: random.shuffled(crowd.channelsOf(actor)).slice(0, 2),
      };
      if (!category) return status(send(actor, "POST", path, body));
      return status(send(actor, "PUT", `${path}/${id}`, { ...body, id }));
    },
  ],
  team: [
    1,
    (crowd, actor, random) =>
      status(
        send(actor, "PUT", `teams/${crowd.world.team.id}/patch`, {
          [random.of(["display_name", "description"])!]: `T${nextWord()}`,
        }),
      ),
  ],
};
