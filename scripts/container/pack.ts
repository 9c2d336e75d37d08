import { gzipSync } from 'fflate'
import { packTar } from 'modern-tar'
import { type ImageFile, withFolders } from './image-file.ts'

/**
 * Returns a tar of the files and the folders that they are in, sorted by path, with nothing of the machine, the user or the time.
 *
 * @throws `Error` if two files have one path
 */
export async function packFiles(files: readonly ImageFile[]): Promise<Uint8Array> {
  return await packTar(
    withFolders(files).map((file) => {
      const { path, type, owner = 0 } = file
      const own = { type, uid: owner, gid: owner, uname: '', gname: '', mtime: new Date(0) }
      if (file.type === 'file')
        return { header: { ...own, name: path, size: file.body.length, mode: file.mode ?? 0o644 }, body: file.body }
      if (file.type === 'symlink') return { header: { ...own, name: path, size: 0, mode: 0o777, linkname: file.target } }
      return { header: { ...own, name: `${path}/`, size: 0, mode: file.mode ?? 0o755 } }
    }),
  )
}

/** Compresses to the same bytes on any machine, unlike Node's zlib. The header's time and system (RFC 1952, section 2.3.1) are fixed. */
export function gzip(bytes: Uint8Array): Uint8Array {
  const packed = gzipSync(bytes, { level: 6, mtime: 0 })
  packed[9] = 255
  return packed
}
