const REFUSED = /^\s*q=0(\.0*)?\s*$/i;

/** Whether an Accept-Encoding header takes `coding`: it names it, and not with a weight of 0. */
export function accepts(header: string, coding: "gzip" | "br"): boolean {
  if (!header.includes(coding)) return false;
  return header.split(",").some((entry) => {
    const [name, ...parameters] = entry.split(";");
    return name!.trim() === coding && !parameters.some((parameter) => REFUSED.test(parameter));
  });
}
