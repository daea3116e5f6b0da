// Rows that every install needs. Insert-if-absent only: another node, or a real server, may have written first.

import type { TransactionSql } from "postgres";
import { builtInRoles } from "./roles.ts";
import { dataRows, newId, startUpMarkers } from "./systems.ts";

/**
 * Inserts the built-in roles and `systems` rows that are missing, and changes none that exists.
 * Idempotent. Returns how many rows it added.
 */
export async function seed(tx: TransactionSql, now = Date.now()): Promise<number> {
  const [{ fresh } = { fresh: false }] = await tx<{ fresh: boolean }[]>`
    select not exists (select from roles) as fresh`;
  const roles = builtInRoles.map((role) => ({
    ...role,
    id: newId(),
    permissions: role.permissions.map((permission) => ` ${permission}`).join(""),
    createat: now,
    updateat: now,
    deleteat: 0,
  }));
  const newRoles = await tx`insert into roles ${tx(roles)} on conflict (name) do nothing`;
  const systems = await missingDataRows(tx, now);
  // Markers vouch for the roles: in an install with roles of its own they are the original's to write.
  if (fresh) systems.push(...startUpMarkers.map((name) => ({ name, value: "true" })));
  if (systems.length === 0) return newRoles.count;
  const newSystems = await tx`insert into systems ${tx(systems)} on conflict (name) do nothing`;
  return newRoles.count + newSystems.count;
}

async function missingDataRows(tx: TransactionSql, now: number): Promise<{ name: string; value: string }[]> {
  const present = await tx<{ name: string }[]>`
    select name from systems where name in ${tx(Object.keys(dataRows))}`;
  const names = new Set(present.map((row) => row.name));
  const missing = Object.entries(dataRows).filter(([name]) => !names.has(name));
  if (missing.length === 0) return [];
  const [first] = await tx<{ oldest: string | null }[]>`
    select min(createat) as oldest from users where createat > 0`;
  const oldest = Number(first?.oldest ?? now);
  return missing.map(([name, make]) => ({ name, value: make(oldest, now) }));
}
