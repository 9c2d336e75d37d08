import { decoder, scopes, spiffe } from './claims.ts'
import { closed, keys } from './closed.ts'
import {
  address,
  bool,
  claimTimestamp,
  double,
  duration,
  few,
  integer,
  list,
  literal,
  map,
  member,
  network,
  optional,
  reading,
  record,
  set,
  string,
  textMap,
  textSet,
  timestamp,
} from './convert.ts'
import { distinctJson, sameJson } from './distinct-json.ts'
import { formats } from './formats.ts'
import { hierarchy } from './hierarchy.ts'
import { ancestors, link, linked, linkedCaller } from './links.ts'
import { pattern } from './pattern.ts'
import { many, one, optionalMany, query, textBool, textDouble, textInteger } from './query.ts'
import { takeStep, withinSteps } from './steps.ts'

/** Members of `abi` that decode claims, data, queries and bodies into typed values. */
export const decodeHelpers = {
  optional,
  string,
  bool,
  integer,
  double,
  literal,
  timestamp,
  duration,
  address,
  network,
  few,
  list,
  set,
  map,
  textSet,
  textMap,
  record,
  closed,
  keys,
  member,
  hierarchy,
  reading,
  ancestors,
  link,
  linked,
  linkedCaller,
  decoder,
  claimTimestamp,
  scopes,
  spiffe,
  query,
  one,
  many,
  optionalMany,
  textBool,
  textInteger,
  textDouble,
  formats,
  pattern,
  sameJson,
  distinctJson,
  takeStep,
  withinSteps,
}
