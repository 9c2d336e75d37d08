import type { SourceFiles } from '../compiler/project/source-files.ts'

/** Access of commands to the outside: files, streams, clock, environment and Git. Tests replace it. */
export interface Io {
  /** Absolute path of the working directory, the base of relative paths. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Standard output. Only the result of a command is written to it. */
  readonly stdout: Output
  /** Error output, for progress, notes and errors. */
  readonly stderr: Output
  readonly stdin: Input
  readonly files: Files
  /** Returns milliseconds since 1970. */
  clock(): number
  /** Folder of the program's files, which contains `templates/`; `package.json` is in its parent. */
  readonly home: string
  /**
   * Runs `git` in the working directory without a shell. Returns the output as bytes, or the error output if the exit code is not
   * 0.
   *
   * @throws Error if git is missing
   */
  git(
    words: readonly string[],
    input?: string,
  ): { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly message: string }
  /** Returns a signal that aborts when the process receives SIGINT or SIGTERM. */
  interruption(): AbortSignal
}

export interface Output {
  write(text: string): void
  /** Whether the output is no longer writable, as after the reader of a pipe has ended. */
  readonly gone: boolean
  readonly color: boolean
  readonly terminal: boolean
}

export interface Input {
  readonly terminal: boolean
  /** @throws CliError if a line is longer than 16 MiB */
  lines(): AsyncIterable<string>
  /**
   * Reads the whole input as text. Keeps a byte order mark.
   *
   * @throws TypeError if the input is not UTF-8
   */
  text(): Promise<string>
}

/** The file operations of commands, in addition to those for reading policy sources. */
export interface Files extends SourceFiles {
  readBytes(path: string): Uint8Array | null
  /** Returns the size in bytes; null if the file does not exist. */
  size(path: string): number | null
  /** Returns the path of a file without links; the path itself if the file does not exist. */
  realPath(path: string): string
  /** Yields the content of a file in pieces, each valid only until the next one. Null if the file does not exist. */
  pieces(path: string): Iterable<Uint8Array> | null
  /** Replaces a file atomically; creates folders. Follows links, keeps mode and owner; writes to pipes and devices directly. */
  replace(path: string, data: string | Uint8Array): void
  /** Replaces the text of an existing file atomically. Follows links, keeps mode and owner; throws for a read-only file. */
  rewrite(path: string, text: string): void
  /**
   * Replaces a file's text (null if there is no file) by the result of `change`, atomically and under a lock. Follows links,
   * keeps mode and owner; a new file is readable only by its owner.
   *
   * @throws Error with the code `EBUSY` if another process holds the lock too long
   */
  update(path: string, change: (text: string | null) => string): void
  /**
   * Creates a file and its folders.
   *
   * @param mode permissions; default: 0o644
   * @throws Error with the code `EEXIST` if the file exists
   */
  create(path: string, data: string | Uint8Array, mode?: number): void
}
