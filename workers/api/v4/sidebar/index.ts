import { z } from "zod";
import { requireSelf, requireTeam } from "../../../access/permissions.ts";
import { categoriesOf, ownCategories } from "../../../actions/sidebar/read.ts";
import {
  doCreateCategory,
  doDeleteCategory,
  doOrderCategories,
  doUpdateCategories,
  type Owner,
} from "../../../actions/sidebar/write.ts";
import { badBody, badUrl, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { isCategoryId, type SidebarCategory } from "../../../model/sidebar.ts";
import { removeControlCharacters, runeCount } from "../../../text/clean.ts";

const PATH = "/api/v4/users/{user_id}/teams/{team_id}/channels/categories";
const MAX_CHANNELS = 10_000;
const MAX_CATEGORIES = 1_000;

const categoryId = z.string().refine(isCategoryId);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const fields = {
  user_id: z.string().nullish(),
  team_id: z.string().nullish(),
  display_name: z
    .string()
    .transform((name) => removeControlCharacters(name).trim())
    .refine((name) => runeCount(name) <= 64),
  sorting: z
    .enum(["", "manual", "recent", "alpha"])
    .nullish()
    .transform((value) => value ?? ""),
  muted: flag,
  collapsed: flag,
  channel_ids: z
    .array(z.string().refine(isId))
    .max(MAX_CHANNELS)
    .nullish()
    .transform((ids) => [...new Set(ids ?? [])]),
};
const newCategory = z.object(fields);
const category = z.object({ ...fields, id: categoryId });

/** The sidebar of the path, if the session may use it. */
async function requireSidebar(r: Req<any>): Promise<Owner> {
  const userId = await requireSelf(r);
  const teamId = r.param("team_id");
  await requireTeam(r, teamId, "view_team");
  return { userId, teamId };
}

interface Granted {
  owner: Owner;
  own: Pick<SidebarCategory, "id" | "type">[];
}

/** The same, with categories that have to be the owner's. */
async function requireCategories(r: Req<any>, ids: string[]): Promise<Granted> {
  const owner = await requireSidebar(r);
  const own = await ownCategories(r.ctx, owner.userId, owner.teamId, ids);
  if (own.length < new Set(ids).size) throw forbidden();
  return { owner, own };
}

function pathCategory(r: Req<any>): string {
  const id = r.path.category_id!;
  if (!isCategoryId(id)) throw badUrl("category_id");
  return id;
}

/** Categories that say whose they are must say the truth. */
function checkOwner(
  owner: Owner,
  { user_id, team_id }: { user_id?: string | null | undefined; team_id?: string | null | undefined },
): void {
  if (user_id && user_id !== owner.userId) throw badBody("user_id");
  if (team_id && team_id !== owner.teamId) throw badBody("team_id");
}

function update(
  r: Req<any>,
  { owner, own }: Granted,
  inputs: z.infer<typeof category>[],
): Promise<SidebarCategory[]> {
  const types = new Map(own.map(({ id, type }) => [id, type]));
  for (const input of inputs) {
    checkOwner(owner, input);
    if (types.get(input.id) === "custom" && input.display_name === "") throw badBody("display_name");
  }
  return doUpdateCategories(
    r.ctx,
    owner,
    inputs.map((input) => ({ ...input, type: types.get(input.id)! })),
  );
}

export const sidebar: Route[] = [
  route({
    method: "GET",
    path: PATH,
    auth: "session",
    access: requireSidebar,
    async handle(r, { userId, teamId }) {
      const categories = await categoriesOf(r.ctx, userId, teamId);
      return { categories, order: categories.map(({ id }) => id) };
    },
  }),
  route({
    method: "POST",
    path: PATH,
    auth: "session",
    body: newCategory,
    access: requireSidebar,
    handle(r, owner) {
      checkOwner(owner, r.body);
      if (r.body.display_name === "") throw badBody("display_name");
      return doCreateCategory(r.ctx, owner, r.body);
    },
  }),
  route({
    method: "PUT",
    path: PATH,
    auth: "session",
    body: z.array(category).min(1).max(MAX_CATEGORIES),
    access: (r) =>
      requireCategories(
        r,
        r.body.map(({ id }) => id),
      ),
    handle: (r, granted) => update(r, granted, r.body),
  }),
  route({
    method: "GET",
    path: `${PATH}/order`,
    auth: "session",
    access: requireSidebar,
    handle: async (r, { userId, teamId }) => (await categoriesOf(r.ctx, userId, teamId)).map(({ id }) => id),
  }),
  route({
    method: "PUT",
    path: `${PATH}/order`,
    auth: "session",
    body: z.array(categoryId).max(MAX_CATEGORIES),
    access: requireSidebar,
    async handle(r, owner) {
      await doOrderCategories(r.ctx, owner, r.body);
      return r.body;
    },
  }),
  route({
    method: "GET",
    path: `${PATH}/{category_id}`,
    auth: "session",
    async access(r) {
      const id = pathCategory(r);
      const { userId, teamId } = await requireSidebar(r);
      const found = (await categoriesOf(r.ctx, userId, teamId)).find((category) => category.id === id);
      if (!found) throw forbidden();
      return found;
    },
    handle: (_r, found) => found,
  }),
  route({
    method: "PUT",
    path: `${PATH}/{category_id}`,
    auth: "session",
    body: z.object(fields),
    access: (r) => requireCategories(r, [pathCategory(r)]),
    handle: async (r, granted) => (await update(r, granted, [{ ...r.body, id: pathCategory(r) }]))[0],
  }),
  route({
    method: "DELETE",
    path: `${PATH}/{category_id}`,
    auth: "session",
    access: (r) => requireCategories(r, [pathCategory(r)]),
    async handle(r, { owner, own }) {
      await doDeleteCategory(r.ctx, owner, own[0]!);
      return OK;
    },
  }),
];
