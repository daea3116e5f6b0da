import { catalogue, type ErrorId } from "./catalogue.ts";

/** An error that a client sees, in Mattermost's shape (http-conventions 3). */
export class AppError extends Error {
  readonly id: string;
  readonly status: number;
  readonly detail: string;

  constructor(id: string, status: number, message: string, detail = "") {
    super(message);
    this.id = id;
    this.status = status;
    this.detail = detail;
  }
}

/**
 * The catalogue's error `id`; `{name}` in its message is replaced from `params`.
 * `status` overrides the catalogue's where one id serves several.
 */
export function fail(id: ErrorId, params: Record<string, string | number> = {}, status?: number): AppError {
  const [defaultStatus, template] = catalogue[id];
  const message = template.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ""));
  return new AppError(id, status ?? defaultStatus, message);
}

/** A body field is missing or wrong. */
export const badBody = (name: string) => fail("api.context.invalid_body_param.app_error", { name });
/** A path or query parameter is wrong. */
export const badUrl = (name: string) => fail("api.context.invalid_url_param.app_error", { name });
/** The caller lacks one of `permissions`, which developers are told (http-conventions 3.1). */
export function forbidden(...permissions: string[]): AppError {
  const { id, status, message } = fail("api.context.permissions.app_error");
  return new AppError(id, status, message, permissions.join(", "));
}

/** The JSON body of an error answer. Details are for developers; an address that is none is always named (http-conventions 3). */
export function errorBody(error: AppError, requestId: string, developer = false) {
  const detailed = developer || error.id === "api.context.404.app_error";
  return {
    id: error.id,
    message: error.message,
    detailed_error: detailed ? error.detail : "",
    request_id: requestId,
    status_code: error.status,
  };
}
