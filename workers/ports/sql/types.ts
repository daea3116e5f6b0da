/** How PostgreSQL's text output becomes JavaScript, by type oid; the same table serves every adapter. */
export const parsers: Record<number, (value: string) => unknown> = {
  16: (value) => value === "t",
  17: (value) => hexToBytes(value),
  20: Number,
  21: Number,
  23: Number,
  26: Number,
  114: JSON.parse,
  700: Number,
  701: Number,
  3802: JSON.parse,
  1000: arrayOf((value) => value === "t"),
  1005: arrayOf(Number),
  1007: arrayOf(Number),
  1009: arrayOf(String),
  1015: arrayOf(String),
  1016: arrayOf(Number),
  1021: arrayOf(Number),
  1022: arrayOf(Number),
  1231: arrayOf(String),
};

/** Types that stay PostgreSQL's text, where a driver would make something else of them: date, timestamp, timestamptz. */
export const textTypes = [1082, 1114, 1184];

function hexToBytes(value: string): Uint8Array {
  const bytes = new Uint8Array((value.length - 2) / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(value.slice(2 + i * 2, 4 + i * 2), 16);
  return bytes;
}

/** Reads a one-dimensional array: `{a,"b c",NULL}`. Deeper ones stay text. */
function arrayOf<T>(parse: (value: string) => T): (text: string) => (T | null)[] | string {
  return (text) => {
    if (text === "{}") return [];
    const items: (T | null)[] = [];
    for (let at = 1; at < text.length; at++) {
      if (text[at] === "{" || text[0] !== "{") return text;
      if (text[at] !== '"') {
        const end = text.indexOf(",", at) < 0 ? text.length - 1 : text.indexOf(",", at);
        const item = text.slice(at, end);
        items.push(item === "NULL" ? null : parse(item));
        at = end;
        continue;
      }
      let item = "";
      for (at++; text[at] !== '"'; at++) item += text[at] === "\\" ? text[++at] : text[at];
      items.push(parse(item));
      at++;
    }
    return items;
  };
}

/** Arrays travel as PostgreSQL array literals, so that no adapter has to know array type oids; the rest is unchanged. */
export function arrayLiteral(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return `{${value.map((item) => (typeof item === "number" ? item : `"${String(item).replace(/[\\"]/g, "\\$&")}"`)).join(",")}}`;
}
