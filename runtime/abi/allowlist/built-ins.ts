/**
 * Property names of all built-ins of ECMAScript and ECMA-402 in Node 20 and 24, and of proposals that later versions may have.
 * The list is written out so that a policy compiles to the same code on every version. `built-ins.test.ts` compares it with the
 * running Node.
 */
export const BUILT_IN_NAMES: ReadonlySet<string> = new Set(
  `BYTES_PER_ELEMENT Collator DateTimeFormat DisplayNames DurationFormat E EPSILON LN10 LN2 LOG10E LOG2E ListFormat
  Locale MAX_SAFE_INTEGER MAX_VALUE MIN_SAFE_INTEGER MIN_VALUE NEGATIVE_INFINITY NaN NumberFormat PI POSITIVE_INFINITY
  PluralRules RelativeTimeFormat SQRT1_2 SQRT2 Segmenter UTC abs acos acosh add adopt all allSettled anchor and any
  apply arguments asIntN asUintN asin asinh assign asyncDispose asyncIterator at atan atan2 atanh baseName big bind
  blink bold buffer byteLength byteOffset calendar calendars call caller captureStackTrace caseFirst catch cause cbrt
  ceil charAt charCodeAt chunks clamp clear clz32 codePointAt collation collations compare compareExchange compile
  concat construct constructor containing cooked copyWithin cos cosh create dedent defer defineProperties
  defineProperty delete deleteProperty demethodize deref description detached difference dispose disposeAsync disposed
  dotAll drop endsWith entries error errors escape every exchange exec exp expm1 f16round fill filter finally find
  findIndex findLast findLastIndex firstDayOfWeek fixed flags flat flatMap floor fontcolor fontsize for forEach format
  formatRange formatRangeToParts formatToParts freeze from fromAsync fromBase64 fromCharCode fromCodePoint fromEntries
  fromHex fround get getBigInt64 getBigUint64 getCalendars getCanonicalLocales getCollations getDate getDay getFloat16
  getFloat32 getFloat64 getFullYear getHourCycles getHours getInt16 getInt32 getInt8 getMilliseconds getMinutes
  getMonth getNumberingSystems getOrInsert getOrInsertComputed getOwnPropertyDescriptor getOwnPropertyDescriptors
  getOwnPropertyNames getOwnPropertySymbols getPrototypeOf getSeconds getTextInfo getTime getTimeZones
  getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth
  getUTCSeconds getUint16 getUint32 getUint8 getWeekInfo getYear global groupBy grow growable has hasIndices
  hasInstance hasOwn hasOwnProperty hourCycle hourCycles hypot ignoreCase immutable imul includes indexOf input
  intersection is isArray isConcatSpreadable isDisjointFrom isError isExtensible isFinite isFrozen isInteger
  isLockFree isNaN isPrototypeOf isRawJSON isSafeInteger isSealed isSubsetOf isSupersetOf isTemplateObject isView
  isWellFormed italics iterator join keyFor keys language lastIndexOf lastMatch lastParen leftContext length link load
  localeCompare log log10 log1p log2 map match matchAll max maxByteLength maximize message metadata min minimize move
  multiline name next normalize notify now numberingSystem numberingSystems numeric of or ownKeys padEnd padStart
  parse parseFloat parseInt pause pop pow prepareStackTrace preventExtensions propertyIsEnumerable prototype push race
  random range raw rawJSON reduce reduceRight region register reject repeat replace replaceAll resizable resize
  resolve resolvedOptions return reverse revocable rightContext round script seal search segment select selectRange
  set setBigInt64 setBigUint64 setDate setFloat16 setFloat32 setFloat64 setFromBase64 setFromHex setFullYear setHours
  setInt16 setInt32 setInt8 setMilliseconds setMinutes setMonth setPrototypeOf setSeconds setTime setUTCDate
  setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds setUint16 setUint32 setUint8
  setYear shift sign sin sinh size slice sliceToImmutable small some sort source species splice split sqrt
  stackTraceLimit startsWith sticky store strike stringify sub subarray substr substring sumPrecise sup
  supportedLocalesOf supportedValuesOf suppressed symmetricDifference take tan tanh test textInfo then throw timeZones
  toArray toAsync toBase64 toDateString toExponential toFixed toGMTString toHex toISOString toJSON toLocaleDateString
  toLocaleLowerCase toLocaleString toLocaleTimeString toLocaleUpperCase toLowerCase toPrecision toPrimitive toReversed
  toSorted toSpliced toString toStringTag toTimeString toUTCString toUpperCase toWellFormed transfer
  transferToFixedLength transferToImmutable trim trimEnd trimLeft trimRight trimStart trunc try unicode unicodeSets
  union unregister unscopables unshift use valueOf values wait waitAsync weekInfo windows with withResolvers xor zip
  zipKeyed`.split(/\s+/),
)
