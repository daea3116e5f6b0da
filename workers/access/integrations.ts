import { badBody, forbidden } from "../errors/app-error.ts";
import type { Req } from "../http/request.ts";
import { isId } from "../model/id.ts";
import type { Rights } from "./permissions.ts";
import { userById } from "./users.ts";

/** Whom an integration of a team shall belong to, as a request says it. */
export interface WantedOwner {
  teamId: string;
  /** Empty: the session's user. */
  owner: string | null | undefined;
  /** The body's field that names the owner. */
  field: string;
  /** The permission to make integrations for others. */
  others: string;
}

/** The owner's id, if the session may make integrations for that user. Throws 400, 403. */
export async function requireOwner(
  r: Req<any>,
  rights: Rights,
  { teamId, owner, field, others }: WantedOwner,
): Promise<string> {
  if (!owner || owner === r.userId) return r.userId;
  if (!rights.team(teamId, others)) throw forbidden();
  if (!isId(owner) || !(await userById(r.ctx, owner))) throw badBody(field);
  return owner;
}
