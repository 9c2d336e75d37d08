/**
 * What is kept from one check of a project to the next, so that an edit costs what it changes. What comes of a check is the same
 * with it and without:
 *
 * - a tree is a function of its text (`kept-trees.ts`);
 * - documents are read anew where the text of one of them has changed;
 * - what rules are checked in, and what they are, `check-memo.ts` keeps.
 *
 * A model is good until the next check with the same memo.
 */

import { CheckMemo } from '../checker/check-memo.ts'
import { KeptTrees } from './kept-trees.ts'
import type { ProjectDocuments, ProjectHost } from './read-documents.ts'

export class ProjectMemo {
  readonly trees = new KeptTrees()
  readonly check = new CheckMemo()
  #documents: ProjectDocuments | null = null

  /** Those that were read before, if they still say the same. */
  documents(host: ProjectHost): ProjectDocuments | null {
    const known = this.#documents
    return known?.sources().every(({ name, text }) => host.read(name) === text) ? known : null
  }

  /** Those that no mistake was found in. */
  keepDocuments(documents: ProjectDocuments | null): void {
    this.#documents = documents
  }
}
