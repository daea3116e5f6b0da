import type { OpenMap, ReplicaLag } from "./types.ts";

/** How the server itself runs, as in a fresh Mattermost 11.6 (http-conventions 7.4). */

export const sqlSettings = {
  DriverName: "postgres",
  DataSource: "postgres://localhost/mattermost",
  DataSourceReplicas: [] as string[],
  DataSourceSearchReplicas: [] as string[],
  MaxIdleConns: 50,
  ConnMaxLifetimeMilliseconds: 3600000,
  ConnMaxIdleTimeMilliseconds: 300000,
  MaxOpenConns: 100,
  Trace: false,
  AtRestEncryptKey: "",
  QueryTimeout: 30,
  DisableDatabaseSearch: false,
  MigrationsStatementTimeoutSeconds: 100000,
  ReplicaLagSettings: [] as ReplicaLag[],
  ReplicaMonitorIntervalSeconds: 5,
  // later than 11.6: listed by AdminConfig
  AnalyticsQueryTimeout: 300,
};

export const logSettings = {
  EnableConsole: true,
  ConsoleLevel: "DEBUG",
  ConsoleJson: true,
  EnableColor: false,
  EnableFile: true,
  FileLevel: "INFO",
  FileJson: true,
  FileLocation: "",
  EnableWebhookDebugging: true,
  EnableDiagnostics: true,
  EnableSentry: true,
  AdvancedLoggingJSON: {} as OpenMap,
  MaxFieldSize: 2048,
};

export const rateLimitSettings = {
  Enable: false,
  PerSec: 10,
  MaxBurst: 100,
  MemoryStoreSize: 10000,
  VaryByRemoteAddr: true,
  VaryByUser: false,
  VaryByHeader: "",
};

export const clusterSettings = {
  Enable: false,
  ClusterName: "",
  OverrideHostname: "",
  NetworkInterface: "",
  BindAddress: "",
  AdvertiseAddress: "",
  UseIPAddress: true,
  EnableGossipCompression: true,
  EnableGossipEncryption: true,
  ReadOnlyConfig: true,
  GossipPort: 8074,
};

export const cacheSettings = {
  CacheType: "lru",
  RedisAddress: "",
  RedisPassword: "",
  RedisDB: -1,
  RedisCachePrefix: "",
  DisableClientCache: false,
};

export const metricsSettings = {
  Enable: false,
  BlockProfileRate: 0,
  ListenAddress: ":8067",
  EnableClientMetrics: true,
  EnableNotificationMetrics: true,
  ClientSideUserIds: [] as string[],
};

export const experimentalSettings = {
  ClientSideCertEnable: false,
  LinkMetadataTimeoutMilliseconds: 5000,
  RestrictSystemAdmin: false,
  EnableSharedChannels: false,
  EnableRemoteClusterService: false,
  DisableAppBar: false,
  DisableRefetchingOnBrowserFocus: false,
  DelayChannelAutocomplete: false,
  DisableWakeUpReconnectHandler: false,
  UsersStatusAndProfileFetchingPollIntervalMilliseconds: 3000,
  YoutubeReferrerPolicy: false,
  ExperimentalChannelCategorySorting: false,
  // later than 11.6: listed by AdminConfig
  EnableWatermark: false,
};

export const imageProxySettings = {
  Enable: false,
  ImageProxyType: "local",
  RemoteImageProxyURL: "",
  RemoteImageProxyOptions: "",
};

export const jobSettings = {
  RunJobs: true,
  RunScheduler: true,
  CleanupJobsThresholdDays: -1,
  CleanupConfigThresholdDays: -1,
};

export const analyticsSettings = {
  MaxUsersForStatistics: 2500,
};

export const accessControlSettings = {
  EnableAttributeBasedAccessControl: false,
  EnableUserManagedAttributes: false,
  // later than 11.6: listed by AdminConfig
  TrustProxyDeviceIdentityHeader: false,
  EnforceDeviceIDConsistency: false,
};

export const pluginSettings = {
  Enable: true,
  EnableUploads: false,
  AllowInsecureDownloadURL: false,
  EnableHealthCheck: true,
  Directory: "./plugins",
  ClientDirectory: "./client/plugins",
  Plugins: {} as OpenMap,
  PluginStates: {} as Record<string, { Enable: boolean }>,
  EnableMarketplace: true,
  EnableRemoteMarketplace: true,
  AutomaticPrepackagedPlugins: true,
  RequirePluginSignature: false,
  MarketplaceURL: "https://api.integrations.mattermost.com",
  SignaturePublicKeyFiles: [] as string[],
  ChimeraOAuthProxyURL: "",
};

export const wranglerSettings = {
  PermittedWranglerRoles: [] as string[],
  AllowedEmailDomain: [] as string[],
  MoveThreadMaxCount: 100,
  MoveThreadToAnotherTeamEnable: false,
  MoveThreadFromPrivateChannelEnable: false,
  MoveThreadFromDirectMessageChannelEnable: false,
  MoveThreadFromGroupMessageChannelEnable: false,
};
