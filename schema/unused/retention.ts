// Data retention policies (licensed).

import { foreignKey, index, pgTable } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "../columns.ts";

export const retentionpolicies = pgTable(
  "retentionpolicies",
  {
    id: id().primaryKey(),
    displayname: chars(64),
    postduration: int8(),
  },
  (t) => [index("idx_retentionpolicies_displayname").on(t.displayname)],
);

export const retentionpoliciesteams = pgTable(
  "retentionpoliciesteams",
  {
    policyid: id(),
    teamid: id().primaryKey(),
  },
  (t) => [
    foreignKey({
      name: "fk_retentionpoliciesteams_retentionpolicies",
      columns: [t.policyid],
      foreignColumns: [retentionpolicies.id],
    }).onDelete("cascade"),
    index("idx_retentionpoliciesteams_policyid").on(t.policyid),
  ],
);

export const retentionpolicieschannels = pgTable(
  "retentionpolicieschannels",
  {
    policyid: id(),
    channelid: id().primaryKey(),
  },
  (t) => [
    foreignKey({
      name: "fk_retentionpolicieschannels_retentionpolicies",
      columns: [t.policyid],
      foreignColumns: [retentionpolicies.id],
    }).onDelete("cascade"),
    index("idx_retentionpolicieschannels_policyid").on(t.policyid),
  ],
);

export const retentionidsfordeletion = pgTable(
  "retentionidsfordeletion",
  {
    id: id().primaryKey(),
    tablename: chars(64),
    ids: id().array(),
  },
  (t) => [index("idx_retentionidsfordeletion_tablename").on(t.tablename)],
);
