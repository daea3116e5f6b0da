import { type Operation, operationOf } from "./api-description.ts";
import { ALTERNATIVES, BINARY, COMMON_ERRORS, ERRORS_WITH_500 } from "./exceptions.ts";
import { breaches, breachesOf } from "./schemas.ts";

/** One answer of a node, as a client got it. */
export interface Answer {
  method: string;
  path: string;
  /** The request named an ETag or a date. */
  conditional: boolean;
  status: number;
  headers: Headers;
  /** Undefined for bytes. */
  text: string | undefined;
}

const ID = /^[a-z0-9]{26}$/;
/** Edgemost's own, held against OpenAPI itself (test/openapi). */
const OWN_DESCRIPTION = "/api/v4/openapi.json";

/** Everything about an answer that breaks api-v4.json or http-conventions 1.1, 3 and 3.1. */
export function violationsOf(answer: Answer): string[] {
  const { path, status } = answer;
  if (!path.startsWith("/api/v4/")) return [];
  const operation = operationOf(answer.method, path);
  const violations = headerViolations(answer);
  if (status === 304)
    return [...violations, ...(answer.conditional ? [] : ["304 to a request without a condition"])];
  if (status === 416 && isBinary(answer)) return violations;
  if (status >= 400) return [...violations, ...errorViolations(answer)];
  if (!operation && path === OWN_DESCRIPTION) return violations;
  if (!operation) return [...violations, "success of an operation that api-v4.json does not know"];
  return [...violations, ...statusViolations(answer, operation), ...bodyViolations(answer, operation)];
}

const isBinary = ({ method, path }: Answer) =>
  (method === "GET" || method === "HEAD") && BINARY.some((pattern) => pattern.test(path));

function headerViolations({ method, headers }: Answer): string[] {
  const expected: [name: string, pattern: RegExp][] = [
    ["X-Request-Id", ID],
    ["X-Version-Id", /^11\.6\.0\.[^.]+(\.[^.]+)*\.[0-9a-f]{64}\.(true|false)$/],
    ["X-Content-Type-Options", /^nosniff$/],
    ["Referrer-Policy", /^no-referrer$/],
    ["Permissions-Policy", /^$/],
  ];
  if (method === "GET") expected.push(["Expires", /^0$/]);
  return expected
    .filter(([name, pattern]) => !pattern.test(headers.get(name) ?? "(absent)"))
    .map(([name]) => `header ${name} is ${JSON.stringify(headers.get(name))}`);
}

function errorViolations(answer: Answer): string[] {
  const { status, headers, text, method } = answer;
  const violations = jsonViolations(answer);
  if (method === "HEAD") return violations;
  let body: any;
  try {
    body = JSON.parse(text ?? "");
  } catch {
    return [...violations, `the error is not JSON: ${text?.slice(0, 200)}`];
  }
  violations.push(...breachesOf("AppError", body));
  if (body.status_code !== status) violations.push(`status_code ${body.status_code} in the body`);
  if (body.request_id !== undefined && body.request_id !== headers.get("x-request-id"))
    violations.push("request_id differs from X-Request-Id");
  if (body.detailed_error === undefined) violations.push("detailed_error is absent");
  if (!COMMON_ERRORS.has(status)) {
    const allowed = status === 410 || (status === 500 && body.id in ERRORS_WITH_500);
    if (!allowed) violations.push(`status ${status}: ${body.id} ${body.message}`);
  }
  return violations;
}

function statusViolations({ status, method, path }: Answer, operation: Operation): string[] {
  if (!operation.responses) return [];
  const allowed = operation.servedStatus
    ? [operation.servedStatus]
    : Object.keys(operation.responses)
        .map(Number)
        .filter((code) => code < 300);
  if (isBinary({ method, path } as Answer)) allowed.push(200, 206);
  // Images that are not led through the proxy are where they are.
  if (path === "/api/v4/image") allowed.push(302);
  if (allowed.length === 0 || allowed.includes(status)) return [];
  return [`status ${status}, not ${allowed.join(" or ")}`];
}

function bodyViolations(answer: Answer, operation: Operation): string[] {
  const { status, method, text } = answer;
  if (isBinary(answer) || method === "HEAD" || status === 204) return [];
  const violations = jsonViolations(answer);
  let body: unknown;
  try {
    body = JSON.parse(text ?? "");
  } catch {
    return [...violations, `the body is not JSON: ${JSON.stringify(text?.slice(0, 200))}`];
  }
  const described = successResponse(operation, status);
  const found = described?.schema ? breaches(described.schema, body) : [];
  const alternative = found.length > 0 && ALTERNATIVES[`${operation.method} ${operation.path}`];
  if (alternative && breaches(alternative.is, body).length === 0) return violations;
  return [...violations, ...found];
}

/** servedStatus replaces the documented one; the body is the same. */
function successResponse({ responses = {}, servedStatus }: Operation, status: number) {
  if (responses[status]) return responses[status];
  const documented = Object.keys(responses).find((code) => code.startsWith("2"));
  return servedStatus && documented ? responses[documented] : undefined;
}

/** Client4 parses an answer only if the header is exactly this (http-conventions 1.1). */
function jsonViolations({ headers }: Answer): string[] {
  const type = headers.get("content-type");
  return type === "application/json" ? [] : [`Content-Type is ${JSON.stringify(type)}`];
}
