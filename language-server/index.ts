/** The language service of `.iap`, on any connection: nothing here needs Node. */
export type { CommandResults } from './runs/commands.ts'
export { serve } from './server.ts'
export { TextFiles, type WorkspaceFiles } from './workspace/files.ts'
export { Workspace } from './workspace/workspace.ts'
