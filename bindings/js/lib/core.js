// The operations as JavaScript wants them: objects instead of JSON text, Uint8Array or bigint, Date, TypeError.
//
// What the wasm computes it knows best. Here objects are kept from being used after they were freed; ./values.js checks types before
// anything crosses the boundary, and ./module.js that nothing does while a call is at work.

import * as wasm from "../wasm/cognito_srp_core.js";
import { arithmetic } from "./arithmetic.js";
import { module } from "./core-module.js";
import { CognitoSrpError, misuse } from "./error.js";
import { STATE_LIMIT, bytes, integer, json, object, record, seconds, text } from "./values.js";

export { CognitoSrpError };

const call = (operation) => module.call(operation);

export function initSync(source) {
  module.initSync(source);
}

// --- what comes out

/** A step, of the three lines that the wasm writes. */
function step(lines) {
  const first = lines.indexOf("\n");
  const second = lines.indexOf("\n", first + 1);
  const kind = lines.slice(0, first);
  const name = lines.slice(first + 1, second);
  const body = JSON.parse(lines.slice(second + 1));
  if (kind === "send") {
    return { kind, operation: name, target: `AWSCognitoIdentityProviderService.${name}`, input: body };
  }
  return kind === "ask" ? { kind, question: name, details: body } : { kind, ...body };
}

const perhapsStep = (lines) => (lines === undefined ? undefined : step(lines));

// --- objects

/** Only this file can make an object around one of the wasm's. */
const INSIDE = Symbol("inside");

/** Calls a method of an object of this class: `invoke(this, wasm.SignIn, (inner) => inner.method())`. */
let invoke;

/** What all three classes have in common: an object of the wasm, until it is freed. */
class Handle {
  #inner;

  /** Takes what `make` makes; a subclass says what that is. */
  constructor(make) {
    this.#inner = call(make);
  }

  /** Gives the memory back, wiped. It does not hurt to do it twice. */
  free() {
    module.free(this.#inner);
    this.#inner = undefined;
  }

  // Nobody outside of this file may reach the wasm's object.
  static {
    invoke = (handle, kind, operation) => {
      const inner = handle.#inner;
      if (inner === undefined) throw misuse("this", "used after free()");
      if (!(inner instanceof kind)) throw new TypeError(`this is not a ${kind.name}`);
      return call(() => operation(inner));
    };
  }
}

if (Symbol.dispose) {
  Object.defineProperty(Handle.prototype, Symbol.dispose, { value: Handle.prototype.free, configurable: true, writable: true });
}

/** The conversation. */
export class SignIn extends Handle {
  constructor(options, inside, state) {
    const written = json("options", options);
    // Last: getters of the options may do with them what they like.
    const saved = inside === INSIDE ? bytes("state", state, STATE_LIMIT) : undefined;
    super(saved ? () => wasm.SignIn.restore(saved, written) : () => new wasm.SignIn(written));
  }

  static restore(state, options) {
    // Not by `new this`: a subclass may hand on what it likes.
    return Reflect.construct(SignIn, [options, INSIDE, state], this);
  }

  start() {
    return step(invoke(this, wasm.SignIn, (inner) => inner.start()));
  }

  handle(output, now) {
    const [written, at] = [reply("output", output), seconds(now)];
    return step(invoke(this, wasm.SignIn, (inner) => inner.handle(written, at)));
  }

  refused(error) {
    const written = refusal(error);
    return step(invoke(this, wasm.SignIn, (inner) => inner.refused(written)));
  }

  answer(answer, { userAttributes, now } = {}) {
    const [given, at] = [text("answer", answer), seconds(now)];
    const attributes = userAttributes == null ? undefined : json("userAttributes", userAttributes);
    return step(invoke(this, wasm.SignIn, (inner) => inner.answer(given, attributes, at)));
  }

  question() {
    return perhapsStep(invoke(this, wasm.SignIn, (inner) => inner.question()));
  }

  setDevice(device) {
    const written = device == null ? undefined : json("device", device);
    invoke(this, wasm.SignIn, (inner) => inner.setDevice(written));
  }

  skipDevice() {
    return perhapsStep(invoke(this, wasm.SignIn, (inner) => inner.skipDevice()));
  }

  save() {
    return invoke(this, wasm.SignIn, (inner) => inner.save());
  }
}

/** SRP over the user's password, step by step. */
export class PasswordLogin extends Handle {
  constructor(options, a) {
    const [written, drawn] = [json("options", options), a == null ? undefined : integer("a", a)];
    super(() => new wasm.PasswordLogin(written, drawn));
  }

  get srpA() {
    return invoke(this, wasm.PasswordLogin, (inner) => inner.srpA());
  }

  claim(challenge, password, now) {
    const [written, secret, at] = [reply("challenge", challenge), text("password", password), seconds(now)];
    return JSON.parse(invoke(this, wasm.PasswordLogin, (inner) => inner.claim(written, secret, at)));
  }
}

/** SRP over a remembered device's password, step by step. */
export class DeviceLogin extends Handle {
  constructor(options, a) {
    const [written, drawn] = [json("options", options), a == null ? undefined : integer("a", a)];
    super(() => new wasm.DeviceLogin(written, drawn));
  }

  get srpA() {
    return invoke(this, wasm.DeviceLogin, (inner) => inner.srpA());
  }

  claim(challenge, now) {
    const [written, at] = [reply("challenge", challenge), seconds(now)];
    return JSON.parse(invoke(this, wasm.DeviceLogin, (inner) => inner.claim(written, at)));
  }
}

/** JSON text of what the SDK returned, or of the body of a reply: what the SDK adds is left out. */
function reply(name, output) {
  const { $metadata, ...body } = record(name, output);
  return json(name, body, "body");
}

/**
 * JSON text of what the service refused with. Any other error was not the service's: it is thrown on as it is, so that
 * `catch (error) { step = signIn.refused(error) }` hides nothing. Where a gateway has replied, the SDK has no name for it.
 */
function refusal(error) {
  if (error != null && typeof error !== "object") throw error; // anything can be thrown, or be the reason of an AbortSignal
  object("error", error);
  // The SDK's exceptions say whose fault it was; what is no error of any realm is the parsed body of a refusal.
  const isError = error instanceof Error || /^\[object (Error|DOMException)\]$/.test(Object.prototype.toString.call(error));
  const ofService = typeof error.__type === "string" || !isError || ("$fault" in error && !/^Unknown(Error)?$/.test(error.name));
  if (!ofService) throw error;
  if (!isError) record("error", error);
  const name = error.__type ?? error.name;
  const message = error.message ?? error.Message;
  return json("error", { __type: name, message: typeof message === "string" ? message : "" }, "body");
}

// --- functions

export function enrollDevice(deviceKey, deviceGroupKey) {
  const [key, group] = [text("deviceKey", deviceKey), text("deviceGroupKey", deviceGroupKey)];
  return JSON.parse(call(() => wasm.enrollDevice(key, group)));
}

export function secretHash(username, clientId, clientSecret) {
  const [name, id, secret] = [text("username", username), text("clientId", clientId), text("clientSecret", clientSecret)];
  return call(() => wasm.secretHash(name, id, secret));
}

export const { modpow, computeS, claimKey, deviceVerifier, kernel, version } = arithmetic(wasm, call);
