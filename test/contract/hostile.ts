// Input that nobody sends in earnest.

/** Bodies that are no JSON, or JSON of no use to any route. */
export const BROKEN_BODIES: Record<string, string> = {
  "no JSON": "{",
  "an empty body": "",
  "a string": '"text"',
  "a number": "1",
  null: "null",
  "an array of arrays": "[[[]]]",
  "an array of objects": '[{"a":1}]',
  "an array of nulls": "[null, null]",
  "an object of nothing known": '{"__proto__": {"id": 1}, "constructor": 1}',
  "deep arrays": "[".repeat(20_000) + "]".repeat(20_000),
  "deep objects": `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
  "no UTF-8": "\ud800",
};

/** Values that replace, one kind at a time, every leaf of a good body. */
const LEAVES: Record<string, (value: unknown) => unknown> = {
  "NUL characters": (value) => (typeof value === "string" ? `a\u0000${value}` : value),
  "lone surrogates": (value) => (typeof value === "string" ? `${value}\ud800` : value),
  "over-long texts": (value) => (typeof value === "string" ? "x".repeat(20_000) : value),
  "empty texts": (value) => (typeof value === "string" ? "" : value),
  "SQL and HTML": (value) => (typeof value === "string" ? `'; drop table users; -- <script>$1 %s \\` : value),
  "ids of nothing": (value) => (typeof value === "string" && value.length === 26 ? "z".repeat(26) : value),
  "letters that are no ASCII": (value) =>
    typeof value === "string" && value.length === 26 ? "ü".repeat(26) : value,
  "numbers for texts": (value) => (typeof value === "string" ? 1 : value),
  "objects for texts": (value) => (typeof value === "string" ? { a: 1 } : value),
  nulls: () => null,
  arrays: () => [],
  "huge numbers": (value) => (typeof value === "number" ? 1e300 : value),
  "numbers beyond a bigint": (value) => (typeof value === "number" ? 2 ** 63 : value),
  fractions: (value) => (typeof value === "number" ? 0.5 : value),
  "negative numbers": (value) => (typeof value === "number" ? -1 : value),
};

/** Variants of a good body, each broken in one way. */
export function brokenVariants(body: unknown): [what: string, text: string][] {
  const good = JSON.stringify(body);
  const variants: [string, string][] = [];
  for (const [what, change] of Object.entries(LEAVES)) {
    const text = JSON.stringify(mapLeaves(body, change));
    if (text !== good) variants.push([what, text]);
  }
  if (body !== null && typeof body === "object" && !Array.isArray(body)) {
    variants.push(["nothing in it", "{}"], ["the object in an array", JSON.stringify([body])]);
  }
  if (Array.isArray(body)) {
    variants.push(["ten thousand items", JSON.stringify(Array.from({ length: 10_000 }, () => body[0]))]);
    variants.push(["nothing in it", "[]"], ["the same item twice", JSON.stringify([body[0], body[0]])]);
  }
  return variants;
}

function mapLeaves(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapLeaves(item, change));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, mapLeaves(of, change)]));
  }
  return change(value);
}

/** In the place of a path parameter. */
export const BAD_SEGMENTS = [
  "x",
  "z".repeat(27),
  "ü".repeat(26),
  "a\u0000aaaaaaaaaaaaaaaaaaaaaaaa",
  "../../../../etc/passwd",
  "' or '1'='1",
  "x".repeat(1_000),
  "%",
  "\ud83d\ude00",
  "null",
  "-1",
];

/** In the place of every query parameter. */
export const BAD_QUERY_VALUES = [
  "-1",
  "99999999999999999999",
  "x",
  "",
  "a\u0000b",
  "' or 1=1 --",
  "NaN",
  "1e9",
  "\ud83d\ude00",
  "z".repeat(26),
  "[]",
  "true",
];

/** Query parameters that many routes read. */
export const COMMON_QUERY = [
  "page",
  "per_page",
  "since",
  "before",
  "after",
  "include_deleted",
  "name",
  "term",
  "in_team",
  "in_channel",
  "sort",
  "limit_before",
  "limit_after",
  "exclude_team",
  "etag",
];

export const HOSTILE_FILE_NAMES = [
  "../../../../etc/passwd",
  "..\\..\\windows\\system32",
  "/etc/passwd",
  ".",
  "..",
  "",
  "a\u0000b.txt",
  "a\r\nX-Injected: 1.txt",
  'a".txt',
  "x".repeat(5_000),
  `${"ü".repeat(200)}.txt`,
  "\u202Egnp.exe",
  "CON",
  "a/b/c.txt",
  "%2e%2e%2f",
  "no extension",
  `a.${"e".repeat(300)}`,
];
