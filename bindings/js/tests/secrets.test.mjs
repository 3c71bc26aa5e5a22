// Where secrets must not be: in what objects and errors show, and in the module's memory when it has given back what it had.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { format, inspect } from "node:util";
import { CognitoSrpError, DeviceLogin, PasswordLogin, SignIn, enrollDevice, init, secretHash } from "cognito-srp-core";
import load from "../wasm/cognito_srp_core.js";

const { options, challenge, now, tokens } = JSON.parse(readFileSync(new URL("../../login.json", import.meta.url), "utf8"));

// Not ASCII, so that they take the way across that has to make room as it goes.
const secrets = {
  password: "corréct horse battery staple",
  devicePassword: "a dévice's password 密码",
  clientSecret: "a clïent's secret",
  newPassword: "a nëw password",
  session: "a séssion that is long enough to be seen in the memory of the module",
};
const secretOptions = {
  ...options,
  ClientSecret: secrets.clientSecret,
  Device: { DeviceKey: "us-east-2_6ec2f461-6364-44c4-aa42-2f0acaaaf6e8", DeviceGroupKey: "-63i1vgZ7h", DevicePassword: secrets.devicePassword },
};

await init();
const { memory } = await load();

/** Where a text is in the module's memory, or part of it that no other text is likely to have. */
function found(text) {
  const bytes = Buffer.from(memory.buffer);
  const secret = Buffer.from(text);
  return [secret, secret.subarray(0, 12), secret.subarray(-12)].some((part) => bytes.includes(part));
}

/** All that a sign-in with a device and two passwords takes across. */
function goThrough() {
  const signIn = new SignIn(secretOptions);
  signIn.start();
  signIn.handle({ ...challenge, Session: secrets.session }, now);
  assert.throws(() => signIn.answer(secrets.password, { now, userAttributes: { name: "Name" } }), CognitoSrpError);
  signIn.answer(secrets.password, { now });
  signIn.handle({ ChallengeName: "NEW_PASSWORD_REQUIRED", ChallengeParameters: { requiredAttributes: "[]", userAttributes: "{}" }, Session: secrets.session }, now);
  const restored = SignIn.restore(signIn.save(), secretOptions);
  signIn.free();
  restored.answer(secrets.newPassword, { userAttributes: { name: "Name" } });
  restored.handle(tokens, now);
  restored.free();
  const login = new PasswordLogin(secretOptions);
  login.claim(challenge, secrets.password, now);
  login.free();
  const device = new DeviceLogin(secretOptions);
  device.claim({ ...challenge, ChallengeName: "DEVICE_PASSWORD_VERIFIER" }, now);
  device.free();
  secretHash("user", options.ClientId, secrets.clientSecret);
  return enrollDevice("us-east-2_6ec2f461-6364-44c4-aa42-2f0acaaaf6e8", "-63i1vgZ7h").Device.DevicePassword;
}

test("the search finds a secret that is there", () => {
  const signIn = new SignIn(secretOptions);
  assert.ok(found(secrets.devicePassword), "a sign-in keeps its device's password as long as it lives");
  signIn.free();
  assert.ok(!found(secrets.devicePassword));
});

test("no secret is in the module's memory when the objects are freed, on its stack or anywhere else", () => {
  const made = goThrough();
  for (const [name, secret] of Object.entries({ ...secrets, made })) assert.ok(!found(secret), name);
  for (const name of ["AccessToken", "IdToken", "RefreshToken"]) assert.ok(!found(tokens.AuthenticationResult[name]), name);
});

test("nothing but empty objects is shown of objects", () => {
  const objects = [new SignIn(secretOptions), new PasswordLogin(secretOptions), new DeviceLogin(secretOptions)];
  for (const object of objects) {
    const shown = inspect(object, { showHidden: true, depth: 9, getters: false });
    assert.ok(shown.length < 200, shown);
    for (const secret of Object.values(secrets)) assert.ok(!shown.includes(secret));
    assert.equal(JSON.stringify(object), "{}");
    assert.deepEqual(Object.getOwnPropertyNames(object), []);
    assert.equal(format("%s", object).includes("dévice"), false);
    object.free();
  }
});

test("no error shows a value that was passed in, wherever that has been", () => {
  const value = "s3cret-välue";
  const signIn = new SignIn(secretOptions);
  signIn.start();
  const calls = [
    () => new SignIn({ ...options, UserPoolId: value }),
    () => new SignIn({ ...options, AuthFlow: value }),
    () => new SignIn({ ...options, Device: value }),
    () => new SignIn({ ...options, ClientSecret: [value] }),
    () => new SignIn({ ...options, Device: { DeviceKey: value, DeviceGroupKey: value, DevicePassword: value, DeviceSecret: value } }),
    () => new SignIn({ ...options, Device: { DeviceKey: value } }),
    () => SignIn.restore(Buffer.from(value), options),
    () => signIn.handle({ ChallengeName: value }),
    () => signIn.handle({ ...challenge, ChallengeParameters: { ...challenge.ChallengeParameters, SRP_B: value } }),
    () => signIn.handle({ ...challenge, ChallengeParameters: { ...challenge.ChallengeParameters, SALT: value } }),
    () => signIn.answer(value),
    () => signIn.answer(value, { userAttributes: value }),
    () => signIn.answer(value, { now: value }),
    () => new PasswordLogin(options).claim(challenge, value, NaN),
    () => new PasswordLogin(options, value),
    () => enrollDevice(value, value),
    () => secretHash(value, value, ""),
  ];
  for (const call of calls) {
    assert.throws(call, (error) => {
      assert.ok(error instanceof CognitoSrpError || error instanceof TypeError, `${error}`);
      assert.ok(!inspect(error, { showHidden: true, depth: 9 }).includes(value), `${call}: ${error}`);
      return true;
    });
  }
});

test("memory that is given back is used again: neither objects nor errors nor whole sign-ins make the module grow", () => {
  const round = () => {
    for (let i = 0; i < 200; i++) {
      new SignIn({ ...secretOptions, AuthFlow: "USER_AUTH", Session: "s".repeat(i * 37) }).free();
      assert.throws(() => new SignIn({ ...secretOptions, Session: "s".repeat(i * 41), AuthFlow: "none" }), CognitoSrpError);
    }
    goThrough();
  };
  round();
  const before = memory.buffer.byteLength;
  for (let i = 0; i < 10; i++) round();
  assert.equal(memory.buffer.byteLength, before);
  assert.ok(before < 4 << 20, `${before} bytes`);
});
