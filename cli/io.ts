import type { SourceFiles } from '../compiler/project/source-files.ts'

/** The host of effects: all that a command touches of the world outside, so that a test can hand in another. */
export interface Io {
  /** Absolute; where relative paths start. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The answer, and nothing else. */
  readonly stdout: Output
  /** Progress, notes, complaints. */
  readonly stderr: Output
  readonly stdin: Input
  readonly files: Files
  /** Milliseconds since 1970. */
  clock(): number
  /** Where the program's own files lie: `templates/` beside it, `package.json` above it. */
  readonly home: string
  /**
   * What `git` answers to these words, as bytes, started in the working directory and by no shell. Where it ends with another
   * code than 0: what it complains of. Throws where there is none.
   */
  git(
    words: readonly string[],
    input?: string,
  ): { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly message: string }
  /** Aborted when the person or the system asks the program to end (SIGINT, SIGTERM). */
  interruption(): AbortSignal
}

export interface Output {
  write(text: string): void
  /** Whether it cannot be written any more, as when the reader of a pipe has gone. */
  readonly gone: boolean
  readonly color: boolean
  readonly terminal: boolean
}

export interface Input {
  readonly terminal: boolean
  lines(): AsyncIterable<string>
  /** All of it. What is not UTF-8 throws; a byte order mark stays. */
  text(): Promise<string>
}

/** Beside what a project is read from, what commands read and write. */
export interface Files extends SourceFiles {
  readBytes(path: string): Uint8Array | null
  /** Bytes of a file; null where there is none. */
  size(path: string): number | null
  /** What `readBytes` gives, piece by piece; each is there until the next is asked for. */
  pieces(path: string): Iterable<Uint8Array> | null
  /**
   * Replaces in one step, so that a reader sees the old file or the new one and never a part; makes the folders. Links are
   * followed, mode and owner stay; what is a pipe or a device is written to.
   */
  replace(path: string, data: string | Uint8Array): void
  /**
   * Replaces the text of a file that is there, in one step: links are followed, its mode and owner stay; what must not be written
   * throws.
   */
  rewrite(path: string, text: string): void
  /**
   * What `change` makes of the text that is there (null: none) takes its place in one step, and nobody else who does this comes
   * between: it waits for them, and throws `EBUSY` where that takes long. Links are followed, mode and owner stay; a new file is
   * its owner's alone.
   */
  update(path: string, change: (text: string | null) => string): void
  /** Never overwrites: an existing file throws `EEXIST`. Makes the folders. `mode` is that of the file, 0o644 left out. */
  create(path: string, data: string | Uint8Array, mode?: number): void
}
