// The driver of ../../vectors.py: one line in, one line out. ../../README.md has the protocol.

import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import * as core from "cognito-srp-core";
import * as alone from "cognito-srp-core/arithmetic";

const { CognitoSrpError, DeviceLogin, PasswordLogin, SignIn, secretHash } = core;

/** A function that both modules have: what it comes to, which is the same in both. */
function both(name) {
  return (...values) => {
    const [one, other] = [core, alone].map((module) => {
      try {
        return { result: module[name](...values) };
      } catch (error) {
        return { error, result: [error.name, error.message, error.kind, error.parameter, error.problem] };
      }
    });
    assert.deepEqual(one.result, other.result);
    if (one.error) throw one.error;
    return one.result;
  };
}
const [modpow, computeS, claimKey, deviceVerifier] = ["modpow", "computeS", "claimKey", "deviceVerifier"].map(both);

const operations = {
  password_claim: (options, a, challenge, password, now) =>
    using(new PasswordLogin(json(options), a), (login) => {
      const { srpA } = login;
      return `${srpA}\n${JSON.stringify(login.claim(json(challenge), text(password), Number(now)))}`;
    }),
  device_claim: (options, a, challenge, now) =>
    using(new DeviceLogin(json(options), a), (login) => {
      const { srpA } = login;
      return `${srpA}\n${JSON.stringify(login.claim(json(challenge), Number(now)))}`;
    }),
  device_verifier: (key, groupKey, password, salt) =>
    JSON.stringify(deviceVerifier(text(key), text(groupKey), text(password), salt)),
  secret_hash: (username, clientId, clientSecret) => secretHash(text(username), text(clientId), text(clientSecret)),
  modpow,
  compute_s: computeS,
  claim_key: (a, b, salt, scope, name, password) => claimKey(a, b, salt, text(scope), text(name), text(password)),
  conversation: (options, replies) =>
    using(new SignIn(json(options)), (signIn) => {
      const steps = [signIn.start(), ...json(replies).map((reply) => take(signIn, reply))];
      return steps.filter((step) => step !== undefined).map(line).join("\n");
    }),
};

/** What is made of an object, which is freed then. */
function using(object, make) {
  try {
    return make(object);
  } finally {
    object.free();
  }
}

function take(signIn, [kind, what, ...rest]) {
  if (kind === "handle") return signIn.handle(what, rest[0]);
  if (kind === "refused") return signIn.refused(what);
  if (kind === "device") return signIn.setDevice(what);
  return signIn.answer(what, { userAttributes: rest[0], now: rest[1] });
}

function line({ kind, operation, question, input, details, target, ...outcome }) {
  return [kind, operation ?? question ?? "", JSON.stringify(input ?? details ?? outcome)].join("\t");
}

const text = (argument) => argument.toString("utf8");
const json = (argument) => JSON.parse(text(argument));

/** An argument as it was written: `-` where it is absent, hex, or the digits of a time. */
const bytes = (field) => (field === "-" ? undefined : Buffer.from(field, "hex"));

function answer(request) {
  const [name, ...fields] = request.split("\t");
  const last = fields.at(-1);
  const values = fields.map(bytes);
  if (name.endsWith("_claim")) values[values.length - 1] = last;
  try {
    return `ok\t${Buffer.from(operations[name](...values)).toString("hex")}`;
  } catch (error) {
    if (!(error instanceof CognitoSrpError)) throw error;
    return `error\t${error.kind}\t${error.parameter ?? "-"}`;
  }
}

await Promise.all([core.init(), alone.init()]);
for await (const request of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${answer(request)}\n`);
}
