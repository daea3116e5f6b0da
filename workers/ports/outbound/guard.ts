import ipaddr from "ipaddr.js";
import { OutboundError } from "./outbound.ts";

/** What ServiceSettings.AllowedUntrustedInternalConnections names: host names, addresses and ranges. */
export interface Allowed {
  names: Set<string>;
  ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][];
}

/** Items are divided by spaces or commas; what is neither an address nor a range is a host name. */
export function allowedInternal(setting: string): Allowed {
  const allowed: Allowed = { names: new Set(), ranges: [] };
  for (const item of setting.split(/[\s,]+/).filter(Boolean)) {
    if (ipaddr.isValidCIDR(item)) allowed.ranges.push(ipaddr.parseCIDR(item));
    else if (ipaddr.IPv4.isValidFourPartDecimal(item) || ipaddr.IPv6.isValid(item)) {
      const address = ipaddr.process(item);
      allowed.ranges.push([address, address.kind() === "ipv4" ? 32 : 128]);
    } else allowed.names.add(item.toLowerCase().replace(/\.$/, ""));
  }
  return allowed;
}

/**
 * Whether `url` is one that somebody allowed by name or address ("allowed") or has to be a public one ("public"), as far
 * as its text tells; the network service looks at what a name resolves to. Throws OutboundError "blocked".
 */
export function guardUrl(url: URL, allowed: Allowed): "public" | "allowed" {
  // `URL` has made dotted decimals of every other notation of an IPv4 address, and lower case of names.
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  if (allowed.names.has(host)) return "allowed";
  if (!ipaddr.isValid(host)) {
    if (/(^|\.)(localhost|local|internal|localdomain|home\.arpa)$/.test(host)) throw notPublic();
    return "public";
  }
  const address = embedded(ipaddr.process(host));
  if (allowed.ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits)))
    return "allowed";
  if (address.range() !== "unicast") throw notPublic();
  return "public";
}

/** Parses what may be requested at all: http or https, a host, no credentials. Throws OutboundError "blocked". */
export function parseUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base);
  if (!url?.hostname || !/^https?:$/.test(url.protocol))
    throw new OutboundError("blocked", "not an http or https address");
  if (url.username || url.password)
    throw new OutboundError("blocked", "an address with credentials is not requested");
  return url;
}

const notPublic = () =>
  new OutboundError(
    "blocked",
    "the address is not a public one, and AllowedUntrustedInternalConnections does not name it",
  );

const NAT64 = ipaddr.parseCIDR("64:ff9b::/96") as [ipaddr.IPv6, number];
const SIX_TO_FOUR = ipaddr.parseCIDR("2002::/16") as [ipaddr.IPv6, number];

/** The IPv4 address that an IPv6 address only wraps, for gateways that would unwrap it. */
function embedded(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address.kind() === "ipv4") return address;
  const bytes = address.toByteArray();
  if (address.match(NAT64[0], NAT64[1])) return new ipaddr.IPv4(bytes.slice(12));
  if (address.match(SIX_TO_FOUR[0], SIX_TO_FOUR[1])) return new ipaddr.IPv4(bytes.slice(2, 6));
  return address;
}
