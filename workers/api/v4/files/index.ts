import type { Route } from "../../../http/route.ts";
import { getFileInfo } from "./info.ts";
import { getFileLink, getFilePublic } from "./public.ts";
import { getFile, getFilePreview, getFileThumbnail } from "./read.ts";
import { createUpload, getUpload, getUserUploads, uploadData } from "./resumable.ts";
import { uploadFiles } from "./upload.ts";

export const files: Route[] = [
  uploadFiles,
  getFile,
  getFileThumbnail,
  getFilePreview,
  getFileInfo,
  getFileLink,
  getFilePublic,
  createUpload,
  getUpload,
  uploadData,
  getUserUploads,
];
