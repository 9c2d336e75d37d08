/** A file, folder or symbolic link of an image. */
export type ImageFile = {
  /** From the root of the image, without a slash before or behind it. */
  readonly path: string
  /** Permissions; 0o644 for files and 0o755 for folders if absent. */
  readonly mode?: number
  /** User and group; 0 if absent. */
  readonly owner?: number
} & (
  | { readonly type: 'file'; readonly body: Uint8Array }
  | { readonly type: 'directory' }
  | { readonly type: 'symlink'; readonly target: string }
)

/** Returns a file with a text in UTF-8. */
export function textFile(path: string, text: string): ImageFile {
  return { path, type: 'file', body: new TextEncoder().encode(text) }
}

/**
 * Returns the files sorted by path, with the folders that they are in.
 *
 * @throws `Error` if two files have one path, or a path leads out of the image
 */
export function withFolders(files: readonly ImageFile[]): readonly ImageFile[] {
  const byPath = new Map<string, ImageFile>()
  for (const file of files) {
    const parts = file.path.split('/')
    if (parts.some((part) => part === '' || part === '.' || part === '..'))
      throw new Error(`${file.path}: not a path of an image`)
    if (byPath.has(file.path)) throw new Error(`${file.path}: the image has two files of this path`)
    byPath.set(file.path, file)
  }
  for (const { path } of files) {
    const parts = path.split('/')
    for (let length = 1; length < parts.length; length++) {
      const folder = parts.slice(0, length).join('/')
      if (!byPath.has(folder)) byPath.set(folder, { path: folder, type: 'directory' })
    }
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
