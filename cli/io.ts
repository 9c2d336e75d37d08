import type { SourceFiles } from '../compiler/project/source-files.ts'

/** The side effects of commands, which tests replace. */
export interface Io {
  /** Absolute; the base of relative paths. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Only the answer. */
  readonly stdout: Output
  /** Progress, notes and errors. */
  readonly stderr: Output
  readonly stdin: Input
  readonly files: Files
  /** Milliseconds since 1970. */
  clock(): number
  /** The folder of the program's files: `templates/` in it, `package.json` above it. */
  readonly home: string
  /**
   * Runs `git` in the working directory without a shell; returns its output as bytes, or its error output for another exit code
   * than 0.
   * @throws if git is missing
   */
  git(
    words: readonly string[],
    input?: string,
  ): { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly message: string }
  /** Aborts on SIGINT or SIGTERM. */
  interruption(): AbortSignal
}

export interface Output {
  write(text: string): void
  /** Whether it is no longer writable, as after the reader of a pipe has ended. */
  readonly gone: boolean
  readonly color: boolean
  readonly terminal: boolean
}

export interface Input {
  readonly terminal: boolean
  lines(): AsyncIterable<string>
  /** Returns all of it, with a byte order mark. Throws if it is not UTF-8. */
  text(): Promise<string>
}

/** The file operations of commands, beyond reading projects. */
export interface Files extends SourceFiles {
  readBytes(path: string): Uint8Array | null
  /** Returns the size in bytes; null if the file does not exist. */
  size(path: string): number | null
  /** Yields the file in pieces; each is valid until the next one. */
  pieces(path: string): Iterable<Uint8Array> | null
  /** Replaces a file atomically; creates folders. Follows links, keeps mode and owner; writes to pipes and devices directly. */
  replace(path: string, data: string | Uint8Array): void
  /** Replaces the text of an existing file atomically. Follows links, keeps mode and owner; throws for a read-only file. */
  rewrite(path: string, text: string): void
  /**
   * Replaces a file's text (null: none) by the result of `change`, atomically and under a lock; waits for other holders, and
   * throws `EBUSY` after a while. Follows links, keeps mode and owner; a new file is readable only by its owner.
   */
  update(path: string, change: (text: string | null) => string): void
  /** Creates a file and its folders; throws `EEXIST` if it exists. Default `mode`: 0o644. */
  create(path: string, data: string | Uint8Array, mode?: number): void
}
