/** The path of SiteURL without a trailing slash; "" for a site at the root of its host. */
export function basePath(siteUrl: string): string {
  if (siteUrl !== known.siteUrl) known = { siteUrl, path: pathOf(siteUrl) };
  return known.path;
}

let known = { siteUrl: "", path: "" };

function pathOf(siteUrl: string): string {
  return URL.canParse(siteUrl) ? new URL(siteUrl).pathname.replace(/\/+$/, "") : "";
}

/** `path` as the routes know it: without `base`, where it is below that. */
export function withoutBase(path: string, base: string): string {
  if (!base) return path;
  if (path === base) return "/";
  return path.startsWith(`${base}/`) ? path.slice(base.length) : path;
}
