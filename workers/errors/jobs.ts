import type { Entry } from "./catalogue.ts";

export const jobs = {
  "api.job.unable_to_create_job.incorrect_job_type": [400, "There are no jobs of this type on this server."],
  "api.job.retrieve.nopermissions": [400, "There are no jobs of this type."],
  "api.job.data.app_error": [400, "An export of this server has no {name}."],
  "api.job.status.invalid": [400, "A job cannot go from {from} to {to}."],
  "app.job.get.app_error": [404, "There is no such job."],
  "api.export.export_not_found.app_error": [404, "There is no such export."],
  "app.eport.generate_presigned_url.featureflag.app_error": [
    501,
    "Addresses of exports need the feature flag EnableExportDirectDownload, and a dedicated export store.",
  ],
  "app.eport.generate_presigned_url.driver.app_error": [501, "The store of exports cannot give addresses."],
  "app.eport.generate_presigned_url.notfound.app_error": [404, "There is no such export."],
} as const satisfies Record<string, Entry>;
