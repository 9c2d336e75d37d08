/**
 * The results that one check of a project keeps for the next, so that an edit costs only what it changes. The outcome is the same
 * as without it:
 *
 * - a tree depends on its text (`kept-trees.ts`);
 * - a document depends on its text;
 * - `check-memo.ts` keeps checked rules and their context.
 *
 * A model is valid until the next check with the same memo.
 */

import { CheckMemo } from '../checker/check-memo.ts'
import type { Document } from '../schema/document.ts'
import { KeptTrees } from './kept-trees.ts'

export class ProjectMemo {
  readonly trees = new KeptTrees()
  readonly check = new CheckMemo()
  /** The documents that the previous check read, by name. */
  documents: ReadonlyMap<string, Document | null> = new Map()
}
