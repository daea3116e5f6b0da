/** An escape of half a surrogate pair, or of a whole one. */
const SUSPECT = /\\u[dD][89a-fA-F]/;
/** Every escape; a pair of surrogates is one, half a pair is group 1. */
const ESCAPE =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|[\s\S])/g;

/** JSON with U+FFFD for halves of surrogate pairs, as Go reads it; PostgreSQL's JSON has none. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  return JSON.parse(
    SUSPECT.test(text) ? text.replace(ESCAPE, (whole, half) => (half ? "\\ufffd" : whole)) : text,
  );
}
