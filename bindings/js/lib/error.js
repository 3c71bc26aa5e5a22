// The error of this package, and how the wasm makes one.

/** What went wrong, in words that hold no value that was passed in. */
export class CognitoSrpError extends Error {
  /** Whose fault it is: Argument, Reply, Refused, DeviceRefused or Machine. */
  kind;
  /** The parameter at fault, by Cognito's name for it. */
  parameter;
  /** What is wrong with it, such as TooLong. */
  problem;
  /** What the service refused with. */
  refused;

  constructor(kind, message, { parameter, problem, refused } = {}) {
    super(message);
    this.kind = kind;
    this.parameter = parameter;
    this.problem = problem;
    this.refused = refused;
  }

  get name() {
    return "CognitoSrpError";
  }
}

/** The caller's mistake, where the wasm does not come to see it. */
export function misuse(parameter, message) {
  return new CognitoSrpError("Argument", message, { parameter, problem: "Unexpected" });
}

export function failure(kind, message, parameter, problem) {
  return new CognitoSrpError(kind, message, { parameter, problem });
}

export function refusal(kind, message, name, text, cause, retry) {
  return new CognitoSrpError(kind, message, { refused: { name, message: text, cause, retry } });
}
