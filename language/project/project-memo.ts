/**
 * The results that one check of a project keeps for the next, so that an edit costs only what it changes. The outcome is the same
 * as without it:
 *
 * - a tree depends on its text (`kept-trees.ts`);
 * - documents are read again if one of them has changed;
 * - `check-memo.ts` keeps checked rules and their context.
 *
 * A model is valid until the next check with the same memo.
 */

import { CheckMemo } from '../checker/check-memo.ts'
import { KeptTrees } from './kept-trees.ts'
import type { ProjectDocuments, ProjectHost } from './read-documents.ts'

export class ProjectMemo {
  readonly trees = new KeptTrees()
  readonly check = new CheckMemo()
  #documents: ProjectDocuments | null = null

  /** Returns the documents that the previous check read, if all of them are unchanged; else null. */
  documents(host: ProjectHost): ProjectDocuments | null {
    const known = this.#documents
    return known?.sources().every(({ name, text }) => host.read(name) === text) ? known : null
  }

  /** Keeps the documents for the next check. The caller passes null if one of them has a mistake. */
  keepDocuments(documents: ProjectDocuments | null): void {
    this.#documents = documents
  }
}
