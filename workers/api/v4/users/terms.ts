import { fail } from "../../../errors/app-error.ts";
import { anyone, route } from "../../../http/route.ts";

/** Terms of service of one's own need a licence: there are none. */
export const terms = (["GET", "POST"] as const).map((method) =>
  route({
    method,
    path: "/api/v4/users/{user_id}/terms_of_service",
    auth: "session",
    access: anyone,
    handle: () => {
      throw fail("api.create_terms_of_service.custom_terms_of_service_disabled.app_error");
    },
  }),
);
