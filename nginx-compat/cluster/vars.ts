import type { ClusterSettings, S3Settings } from "./settings.ts";

/** Bindings that all nodes share. What the environment says about Mattermost's settings wins over ours. */
export function sharedVars(settings: ClusterSettings, s3: S3Settings): Record<string, string> {
  const endpoint = new URL(s3.endpoint);
  const own = {
    MM_FILESETTINGS_DRIVERNAME: "amazons3",
    MM_FILESETTINGS_AMAZONS3ENDPOINT: endpoint.host,
    MM_FILESETTINGS_AMAZONS3SSL: `${endpoint.protocol === "https:"}`,
    MM_FILESETTINGS_AMAZONS3REGION: s3.region,
    MM_FILESETTINGS_AMAZONS3BUCKET: s3.bucket,
    MM_FILESETTINGS_AMAZONS3ACCESSKEYID: s3.accessKeyId,
    MM_FILESETTINGS_AMAZONS3SECRETACCESSKEY: s3.secretAccessKey,
    MM_CLUSTERSETTINGS_ENABLE: "true",
    // The configuration is in the database, which the nodes share.
    MM_CLUSTERSETTINGS_READONLYCONFIG: "false",
    MM_CLUSTERSETTINGS_CLUSTERNAME: settings.clusterName,
    MM_CACHESETTINGS_CACHETYPE: "redis",
    MM_SERVICESETTINGS_TRUSTEDPROXYIPHEADER: "X-Real-IP X-Forwarded-For",
  };
  return {
    CONFIG_JSON: settings.configJson,
    ENVIRONMENT_JSON: JSON.stringify({ ...own, ...JSON.parse(settings.environmentJson) }),
    REDIS_PREFIX: settings.redisPrefix,
    CLUSTER_NAME: settings.clusterName,
  };
}
