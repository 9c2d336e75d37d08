import type { KeyRecord } from './api-key-file.ts'

/** Where keys are looked up by their ids. A file now; what asks a server answers by a promise. */
export interface KeyStore {
  /** Null: there is none of that id. */
  find(id: string): KeyRecord | null | Promise<KeyRecord | null>
  /** Whether the record is what there is of its key now. Asked for each request: at once, by what is known here. */
  holds(record: KeyRecord): boolean
  close(): Promise<void>
}
