import type { OpenMap } from "./types.ts";

/** Sections of licensed features other than sign-in (7.4, last paragraph): typed, complete and without effect. */

export const complianceSettings = {
  Enable: false,
  Directory: "./data/",
  EnableDaily: false,
  BatchSize: 30000,
};

export const dataRetentionSettings = {
  EnableMessageDeletion: false,
  EnableFileDeletion: false,
  EnableBoardsDeletion: false,
  MessageRetentionDays: 365,
  MessageRetentionHours: 0,
  FileRetentionDays: 365,
  FileRetentionHours: 0,
  BoardsRetentionDays: 365,
  DeletionJobStartTime: "02:00",
  BatchSize: 3000,
  TimeBetweenBatchesMilliseconds: 100,
  RetentionIdsBatchSize: 100,
  PreservePinnedPosts: false,
};

export const messageExportSettings = {
  EnableExport: false,
  DownloadExportResults: false,
  ExportFormat: "actiance",
  DailyRunTime: "01:00",
  ExportFromTimestamp: 0,
  BatchSize: 10000,
  ChannelBatchSize: 100,
  ChannelHistoryBatchSize: 10,
  GlobalRelaySettings: {
    CustomerType: "A9",
    SMTPUsername: "",
    SMTPPassword: "",
    EmailAddress: "",
    SMTPServerTimeout: 1800,
    CustomSMTPServerName: "",
    CustomSMTPPort: "25",
  },
};

export const elasticsearchSettings = {
  ConnectionURL: "http://localhost:9200",
  Backend: "elasticsearch",
  Username: "elastic",
  Password: "",
  EnableIndexing: false,
  EnableSearching: false,
  EnableAutocomplete: false,
  EnableCJKAnalyzers: false,
  EnableSearchPublicChannelsWithoutMembership: false,
  Sniff: true,
  PostIndexReplicas: 1,
  PostIndexShards: 1,
  ChannelIndexReplicas: 1,
  ChannelIndexShards: 1,
  UserIndexReplicas: 1,
  UserIndexShards: 1,
  AggregatePostsAfterDays: 365,
  PostsAggregatorJobStartTime: "03:00",
  IndexPrefix: "",
  GlobalSearchPrefix: "",
  LiveIndexingBatchSize: 10,
  BatchSize: 10000,
  RequestTimeoutSeconds: 30,
  SkipTLSVerification: false,
  CA: "",
  ClientCert: "",
  ClientKey: "",
  Trace: "",
  IgnoredPurgeIndexes: "",
};

export const experimentalAuditSettings = {
  FileEnabled: false,
  FileName: "",
  FileMaxSizeMB: 100,
  FileMaxAgeDays: 0,
  FileMaxBackups: 0,
  FileCompress: false,
  FileMaxQueueSize: 1000,
  AdvancedLoggingJSON: {} as OpenMap,
  Certificate: "",
};

export const cloudSettings = {
  CWSURL: "",
  CWSAPIURL: "",
  CWSMock: false,
  Disable: false,
  PreviewModalBucketURL: "",
};

export const connectedWorkspacesSettings = {
  EnableSharedChannels: false,
  EnableRemoteClusterService: false,
  DisableSharedChannelsStatusSync: false,
  SyncUsersOnConnectionOpen: false,
  GlobalUserSyncBatchSize: 25,
  MaxPostsPerSync: 50,
  MemberSyncBatchSize: 20,
};

export const autoTranslationSettings = {
  Enable: false,
  TargetLanguages: [] as string[],
  Workers: 4,
  Provider: "",
  LibreTranslate: { URL: "", APIKey: "" },
  Agents: { LLMServiceID: "" },
  TimeoutMs: 5000,
  RestrictDMAndGM: false,
};

export const contentFlaggingSettings = {
  EnableContentFlagging: false,
  NotificationSettings: {
    EventTargetMapping: {
      flagged: ["reviewers"],
      assigned: ["reviewers"],
      removed: ["reviewers", "author", "reporter"],
      dismissed: ["reviewers", "reporter"],
    } as Record<string, string[]>,
  },
  ReviewerSettings: {
    CommonReviewers: true,
    CommonReviewerIds: [] as string[],
    TeamReviewersSetting: {} as OpenMap,
    SystemAdminsAsReviewers: false,
    TeamAdminsAsReviewers: true,
  },
  AdditionalSettings: {
    Reasons: [] as string[],
    ReporterCommentRequired: true,
    ReviewerCommentRequired: true,
    HideFlaggedContent: true,
  },
};

export const intuneSettings = {
  Enable: false,
  TenantId: "",
  ClientId: "",
  AuthService: "",
};

/** Later than 11.6: listed by AdminConfig. */
export const mobileEphemeralModeSettings = {
  Enable: false,
  DisconnectionTimeoutSeconds: 0,
  OfflinePersistenceTimerHours: 0,
  AutoCacheCleanupDays: 0,
};
