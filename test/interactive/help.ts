import { newId } from "../../workers/model/id.ts";
import type { Page, Site } from "../outbound/site.ts";

/** A path of the site's that answers so: by a page, with JSON, or with nothing at all. */
export function integrationOf(site: Site, answer: unknown): string {
  const path = `/i${newId()}`;
  const page: Page =
    typeof answer === "function"
      ? (answer as Page)
      : (_request, response) => response.end(answer === undefined ? "" : JSON.stringify(answer));
  site.page(path, page);
  return path;
}

export const CONTEXT = { secret: "s3cret", n: 1 };

/** A button `go`, as an integration posts it. */
export const buttonOf = (url: string, more = {}) => ({
  id: "go",
  name: "Go",
  type: "button",
  integration: { url, context: CONTEXT },
  ...more,
});

export const withActions = (...actions: unknown[]) => ({ attachments: [{ text: "Choose", actions }] });
