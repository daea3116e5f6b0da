import { requireTeam } from "../../../access/permissions.ts";
import { offeredCommands } from "../../../actions/commands/custom/store.ts";
import { builtInCommands, suggestions } from "../../../actions/commands/suggest.ts";
import { badUrl } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";

const access = (r: Req) => requireTeam(r, r.param("team_id"), "view_team");

async function offered(r: Req) {
  return [...builtInCommands(), ...(await offeredCommands(r.ctx, r.param("team_id")))];
}

/** What is offered while somebody types a command (semantics 19.7). */
export const autocompleteRoutes = [
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}/commands/autocomplete",
    auth: "session",
    access,
    handle: (r) => offered(r as Req),
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}/commands/autocomplete_suggestions",
    auth: "session",
    access,
    async handle(r) {
      const typed = r.text("user_input");
      if (typed === "") throw badUrl("user_input");
      return suggestions(typed, await offered(r as Req));
    },
  }),
];
