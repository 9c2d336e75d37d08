import { INT } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import { MAX } from './world.ts'

/** An expression that always errs, and that no pass folds. */
export const ERRING = build.compare(
  '>',
  build.arithmetic('+', build.constant(MAX, INT), build.constant(1, INT)),
  build.constant(0, INT),
)
