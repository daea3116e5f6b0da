export interface Cookie {
  value: string;
  path: string;
  httpOnly: boolean;
  secure: boolean;
  sameSite: string | undefined;
  /** When it ends; undefined: with the browser. */
  expires: number | undefined;
}

/** One site's cookies, kept as a browser keeps them (RFC 6265). */
export class Cookies extends Map<string, Cookie> {
  /** What is sent to the site's root. */
  get header(): string {
    return [...this].map(([name, { value }]) => `${name}=${value}`).join("; ");
  }

  /** @param lines the values of an answer's Set-Cookie headers */
  receive(lines: string[]): void {
    for (const line of lines) {
      const [pair, ...rest] = line.split(";").map((part) => part.trim());
      const at = pair!.indexOf("=");
      const name = pair!.slice(0, at);
      const attributes = new Map(
        rest.map((part): [string, string] => {
          const [key, value = ""] = part.split("=");
          return [key!.toLowerCase(), value];
        }),
      );
      // Max-Age goes before Expires.
      const age = attributes.get("max-age");
      const date = attributes.get("expires");
      const expires = age ? Date.now() + Number(age) * 1_000 : date ? Date.parse(date) : undefined;
      if (expires !== undefined && expires <= Date.now()) this.delete(name);
      else
        this.set(name, {
          value: pair!.slice(at + 1),
          path: attributes.get("path") ?? "/",
          httpOnly: attributes.has("httponly"),
          secure: attributes.has("secure"),
          sameSite: attributes.get("samesite"),
          expires,
        });
    }
  }
}
