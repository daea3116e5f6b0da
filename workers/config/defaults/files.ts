/** FileSettings of a fresh Mattermost 11.6 (http-conventions 7.4), with the directories of import and export. */

export const fileSettings = {
  // General
  EnableFileAttachments: true,
  EnableMobileUpload: true,
  EnableMobileDownload: true,
  MaxFileSize: 104857600,
  MaxImageResolution: 33177600,
  MaxImageDecoderConcurrency: -1,
  DriverName: "local",
  Directory: "./data/",
  EnablePublicLink: false,
  PublicLinkSalt: "",
  ExtractContent: true,
  ArchiveRecursion: false,
  InitialFont: "nunito-bold.ttf",
  // S3
  AmazonS3AccessKeyId: "",
  AmazonS3SecretAccessKey: "",
  AmazonS3Bucket: "",
  AmazonS3PathPrefix: "",
  AmazonS3Region: "",
  AmazonS3Endpoint: "s3.amazonaws.com",
  AmazonS3SSL: true,
  AmazonS3SignV2: false,
  AmazonS3SSE: false,
  AmazonS3Trace: false,
  AmazonS3RequestTimeoutMilliseconds: 30000,
  AmazonS3UploadPartSizeBytes: 5242880,
  AmazonS3StorageClass: "",
  // Export store
  DedicatedExportStore: false,
  ExportDriverName: "local",
  ExportDirectory: "./data/",
  ExportAmazonS3AccessKeyId: "",
  ExportAmazonS3SecretAccessKey: "",
  ExportAmazonS3Bucket: "",
  ExportAmazonS3PathPrefix: "",
  ExportAmazonS3Region: "",
  ExportAmazonS3Endpoint: "s3.amazonaws.com",
  ExportAmazonS3SSL: true,
  ExportAmazonS3SignV2: false,
  ExportAmazonS3SSE: false,
  ExportAmazonS3Trace: false,
  ExportAmazonS3RequestTimeoutMilliseconds: 30000,
  ExportAmazonS3PresignExpiresSeconds: 21600,
  ExportAmazonS3UploadPartSizeBytes: 104857600,
  ExportAmazonS3StorageClass: "",
  // later than 11.6: listed by AdminConfig
  ExtractContentTimeout: 0,
};

export const importSettings = {
  Directory: "./import",
  RetentionDays: 30,
};

export const exportSettings = {
  Directory: "./export",
  RetentionDays: 30,
};
