/** The code around ajv's functions in every `validators.js`, shared by its writer and its check. */

/** First statements of `validators.js`. A body with an imported type must match both schemas; tables have no prototype. */
export const FRAME = `const TOO_LONG = [{ instancePath: "", message: "takes too many steps to check" }];
const both = (first, second) => {
  const validate = (json) => {
    const failed = first(json) !== true ? first : null;
    const fits = failed === null && abi.withinSteps(() => second(json) === true);
    if (fits === null) validate.errors = TOO_LONG;
    else validate.errors = failed !== null ? failed.errors : fits ? null : second.errors;
    return fits === true;
  };
  return validate;
};
const table = (entries) => Object.freeze(Object.assign(Object.create(null), entries));`

/** Parameters of the functions that ajv emits, verbatim. */
export const PARAMETERS = '(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={})'
/** Function that counts characters instead of UTF-16 code units. */
export const CHARACTERS = '(text) => [...text].length'
