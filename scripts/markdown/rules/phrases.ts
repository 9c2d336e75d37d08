/**
 * Phrases that make our Markdown hard to read, with the form to write instead: words.md as data. They are banned in sentences and headings, not in code
 * and tables. `npm run markdown` reports each use; `baseline.json` counts those that still stand.
 */
export interface PhraseRule {
  /** Matched in one sentence, whose code is `` `code` ``. */
  readonly pattern: RegExp
  readonly instead: string
  /** Where it is banned; left out: in sentences and headings. */
  readonly only?: 'heading' | 'sentence'
}

export const PHRASES: readonly PhraseRule[] = [
  // Headings that are riddles: they name neither a task nor a thing.
  {
    pattern: /^(What(?! to do$)|Who|Whom|Whose|Where|Whether|Which|(Of|With|By|From|For|In) (what|which|whom))\b/,
    instead: 'a task ("Rotate signing keys") or a thing ("Session store")',
    only: 'heading',
  },
  { pattern: /\b(when there is none|as it is|of its own|meant so)\b/i, instead: 'the thing itself', only: 'heading' },

  // Inversions: the subject comes first. A question may begin so.
  { pattern: /^What\b(?!.*\?$)/, instead: 'the thing first: "The proxy verifies …", "Unknown keys are …"', only: 'sentence' },
  {
    pattern: /^(Who|Whom|Whose|Whoever)\b(?!.*\?$)/,
    instead: 'the person first: "A caller who …", "Operators …"',
    only: 'sentence',
  },
  { pattern: /^Where\b(?!.*\?$)/, instead: '"If" or "When" for a condition', only: 'sentence' },
  { pattern: /^(Nor|Neither)\b/, instead: 'the subject first, with "not"', only: 'sentence' },
  { pattern: /^(Not|Nothing) (that|of|so)\b/, instead: 'the subject first, with "not"', only: 'sentence' },
  {
    pattern: /\bwhere (it|they|there|none|nothing|one|both|that|this|neither|nobody|somebody|he|left)\b/i,
    instead: '"if" or "when" for a condition',
  },
  { pattern: /\bonly where\b/i, instead: '"only if"' },

  // Things without a name.
  {
    pattern:
      /\bwhat (is|was|are|were|it|they|he|has|have|had|does|cannot|can|may|must|needs|comes|goes|stands|follows)\b(?!.*\?$)/i,
    instead: 'the thing by its name',
  },
  { pattern: /\b(with|by|of|from|for|on|at|in|to|beside|behind|than) what\b/i, instead: 'the thing by its name' },
  { pattern: /\bwhat there is\b/i, instead: '"existing …"' },
  { pattern: /\b(one|ones|those) that (is|are) (there|not|none|no)\b/i, instead: 'the thing by its name: "an existing session"' },
  { pattern: /\bthat (is|are) there\b/i, instead: '"existing"' },
  { pattern: /\bwho(m)?ever\b/i, instead: '"a caller who", "the client", "anyone who"' },
  { pattern: /\bnobody('s)?\b/i, instead: '"no caller", "no user", "not … by anyone"' },
  { pattern: /\b(somebody|anybody|everybody)('s)?\b/i, instead: '"a caller", "a user", "an operator", "anyone"' },
  { pattern: /\b(for|by|to|of|with|from) whom\b/i, instead: '"for which callers", "whose"' },

  // Words that our field has better ones for.
  { pattern: /\b(is|are|was|were|be|being) told\b/i, instead: '"receives", "the response says", "the log names"' },
  { pattern: /\btells? (of|it|them|him)\b/i, instead: '"reports", "shows", "says"' },
  { pattern: /\bso that it (is|was)\b/i, instead: 'the purpose: "to …"' },
  { pattern: /\b(is|are|was|be) believed\b|\bbelieves?\b/i, instead: '"trusted", "trusts"' },
  { pattern: /\b(stands?|stood) (in|at|on|there|beside|behind)\b/i, instead: '"is in", "follows"' },
  { pattern: /\bas (it is|they are)\b/i, instead: '"unchanged"' },
  { pattern: /\b(comes?|came|coming) in\b/i, instead: '"is received", "arrives"' },
  { pattern: /\bbut for\b/i, instead: '"except", "except for"' },
  { pattern: /(?<!\bthere )\b(is|are|was) none\b/i, instead: '"does not exist", "is not one"' },
  {
    pattern: /(?<!\bthere )\b(is|are|was) no (?!longer\b|more\b|less\b|need\b|way\b|reason\b|such\b|limit\b|default\b)/i,
    instead: '"is not a"',
  },
  { pattern: /\bmend(s|ed|ing)?\b/i, instead: '"fix", "correct"' },
  { pattern: /\banew\b/i, instead: '"again"; "regenerates"' },
  { pattern: /\b(go|goes|went|going|gone) on\b/i, instead: '"continue"' },
  { pattern: /\b(is|are|was|were) gone\b/i, instead: '"no longer exists", "is unavailable"' },
  { pattern: /\b(is|are|was) over\b/i, instead: '"ends", "has elapsed"' },
  { pattern: /\bby (itself|themselves)\b/i, instead: '"automatically", "alone"' },
  { pattern: /\bof (its|their|your|our|his|one's) own\b/i, instead: '"its own …" before the noun' },
  { pattern: /\bwants\b/i, instead: '"requires", "needs"' },
  { pattern: /\b(is|are|be) (had|let|left out)\b/i, instead: '"is available", "may", "is omitted"' },
  { pattern: /\bthe very\b/i, instead: '"exactly"' },
  { pattern: /\bhardly\b/i, instead: '"rarely", "probably not"' },
  { pattern: /\b(is|are|was) meant\b/i, instead: '"is for", "is intended"' },
  { pattern: /\ba way back\b/i, instead: '"rollback"' },
  { pattern: /\bat the door\b|\bmisfits?\b/i, instead: '"when it is decoded", "decode error"' },
  { pattern: /\btaken for\b/i, instead: '"treated as"' },
  { pattern: /\b(there|here)(of|in|by|with|upon)\b/i, instead: 'the thing by its name' },
  { pattern: /\bhowever (often|many|much|long)\b/i, instead: '"any number of", "no matter how"' },
  { pattern: /\bthe like\b/i, instead: 'the list itself, or "similar"' },
]
