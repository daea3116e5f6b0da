import type { Param } from "../../workers/ports/sql/sql.ts";
import { arrayLiteral, parsers, textTypes } from "../../workers/ports/sql/types.ts";

export function wireParams(params: Param[] = []): never[] {
  return params.map(arrayLiteral) as never[];
}

/** How postgres.js reads and writes each type. */
export function wireTypes() {
  const types: Record<string, unknown> = {};
  for (const [oid, parse] of Object.entries(parsers)) {
    const number = Number(oid);
    types[`oid${oid}`] = { to: number, from: [number], parse, serialize: serializer(number) };
  }
  types.text = { to: 1184, from: textTypes, parse: String, serialize: String };
  return types;
}

function serializer(oid: number): (value: unknown) => unknown {
  if (oid === 114 || oid === 3802)
    return (value) => (typeof value === "string" ? value : JSON.stringify(value));
  if (oid === 16) return (value) => (value === true || value === "t" || value === "true" ? "t" : "f");
  if (oid === 17) return (value) => `\\x${Buffer.from(value as Uint8Array).toString("hex")}`;
  return String;
}
