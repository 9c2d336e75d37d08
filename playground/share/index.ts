export { decodeShare } from './decode-share.ts'
export { encodeShare } from './encode-share.ts'
export {
  fileNameProblem,
  MOST_FILES,
  type SharedFile,
  type SharedProject,
  ShareError,
  type ShareOptions,
} from './shared-project.ts'
