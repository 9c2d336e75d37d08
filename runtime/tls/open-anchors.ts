import { type Anchors, readAnchors } from './anchors.ts'
import type { LiveFiles } from './live-files.ts'
import type { TlsFiles } from './tls-files.ts'

/** Null where the file does not do: `files` has heard why. */
export function openAnchors(
  { file, path }: { readonly file: string; readonly path: readonly (string | number)[] },
  files: TlsFiles,
): Promise<LiveFiles<Anchors> | null> {
  // Who asks looks at what is there.
  return files.open({ place: path, paths: [path], files: [file], read: readAnchors, onTaken: () => {} })
}
