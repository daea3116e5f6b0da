// Column types that Mattermost's tables repeat.

import { bigint, customType, varchar } from "drizzle-orm/pg-core";

/** A 26-character id; '' rather than NULL means none. */
export const id = () => varchar({ length: 26 });

/** varchar(n). */
export const chars = (length: number) => varchar({ length });

/** A counter, or a time in ms with 0 = never. Every value fits a double exactly. */
export const int8 = () => bigint({ mode: "number" });

export const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });
