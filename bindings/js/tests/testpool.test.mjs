// AWS's SDK and this package together, signing in to `testpool`, which verifies: `../with-testpool node --test tests/testpool.test.mjs`.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ConfirmDeviceCommand, ForgetDeviceCommand, GetUserCommand, InitiateAuthCommand, RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { CognitoSrpError, DeviceLogin, PasswordLogin, SignIn, enrollDevice, init, secretHash } from "cognito-srp-core";
import { awsClient, finish, send, totp } from "./support.mjs";

const client = awsClient(process.env.COGNITO_ENDPOINT);
const pool = { UserPoolId: "us-east-1_TestPool1", ClientId: "testclient" };
const secretPool = {
  UserPoolId: "us-east-1_TestPool1",
  ClientId: "secretclient",
  ClientSecret: "1ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b",
};
const alice = { PASSWORD: "Wonderland1!" };
const carol = { PASSWORD: "Chr1stmas-tree", CODE: "123456", MFA_TYPE: "SMS_MFA" };
const dave = { PASSWORD: "pässwörd 密码", CODE: "654321" };
const davesDevice = {
  DeviceKey: "us-east-1_6ec2f461-6364-44c4-aa42-2f0acaaaf6e8",
  DeviceGroupKey: "-63i1vgZ7h",
  DevicePassword: "/vIG1dRg1dV/J7yszulBXwzFd4hZGJyq7Z0eKFBbRhuVcrWeGQDI+w==",
};

await init();

const refused = (kind, name, cause) => (error) => {
  assert.ok(error instanceof CognitoSrpError);
  assert.equal(error.kind, kind);
  assert.equal(error.refused.name, name);
  assert.equal(error.refused.cause, cause);
  return true;
};

test("a password, and the tokens are the user's", async () => {
  const { AuthenticationResult, Username, trail } = await finish(client, new SignIn({ ...pool, Username: "alice" }), alice);
  assert.deepEqual(trail, ["PASSWORD_VERIFIER", "tokens"]);
  assert.equal(Username, "alice");
  assert.equal(AuthenticationResult.TokenType, "Bearer");
  const user = await client.send(new GetUserCommand({ AccessToken: AuthenticationResult.AccessToken }));
  assert.equal(user.Username, "alice");
});

test("twenty sign-ins, of which some have leading zeros, all succeed", async () => {
  for (let i = 0; i < 20; i++) {
    const { trail } = await finish(client, new SignIn({ ...pool, Username: "alice" }), alice);
    assert.deepEqual(trail, ["PASSWORD_VERIFIER", "tokens"]);
  }
});

test("a client with a secret, and the same over its Admin twins", async () => {
  for (const Admin of [false, true]) {
    const { trail, Username } = await finish(client, new SignIn({ ...secretPool, Admin, Username: "bob@example.com" }), {
      PASSWORD: "Tr0ub4dor&3",
    });
    assert.deepEqual(trail, ["PASSWORD_VERIFIER", "tokens"]);
    assert.notEqual(Username, "bob@example.com", "the service's name is not the alias");
  }
});

test("a wrong password is the person's, and the next one is right", async () => {
  const signIn = new SignIn({ ...pool, Username: "alice" });
  await assert.rejects(
    finish(client, signIn, { PASSWORD: "Wonderland2!" }),
    refused("Refused", "NotAuthorizedException", "WrongUserOrPassword"),
  );
  const { kind } = await finish(client, signIn, alice);
  assert.equal(kind, "done");
});

test("a wrong secret has its own cause", async () => {
  const signIn = new SignIn({ ...secretPool, ClientSecret: "another", Username: "alice" });
  await assert.rejects(finish(client, signIn, alice), refused("Refused", "NotAuthorizedException", "WrongSecretHash"));
});

test("a device is remembered, and used again in place of the password's owner", async () => {
  const first = await finish(client, new SignIn({ ...pool, Username: "alice", RememberDevice: true, DeviceName: "a laptop" }), alice);
  assert.deepEqual(first.trail, ["PASSWORD_VERIFIER", "tokens", "ConfirmDevice"]);
  const again = await finish(client, new SignIn({ ...pool, Username: "alice", Device: first.Device }), alice);
  assert.deepEqual(again.trail, ["PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "tokens"]);
  const spoilt = { ...first.Device, DevicePassword: "wrong" };
  await assert.rejects(
    finish(client, new SignIn({ ...pool, Username: "alice", Device: spoilt }), alice),
    (error) => error.kind === "DeviceRefused",
  );
});

test("where a gateway speaks at ConfirmDevice, the tokens are there without the device", async () => {
  const signIn = new SignIn({ ...pool, Username: "alice", RememberDevice: true });
  let step = signIn.start();
  while (step.operation !== "ConfirmDevice") {
    step = step.kind === "ask" ? signIn.answer(alice[step.question]) : await send(client, signIn, step);
  }
  for (const call of [() => signIn.refused({ message: "Bad Gateway" }), () => signIn.handle({ ChallengeName: "SMS_MFA" })]) {
    assert.throws(call, (error) => error instanceof CognitoSrpError && error.kind === "Reply");
  }
  const { kind, AuthenticationResult, Device, DeviceProblem } = signIn.skipDevice();
  assert.deepEqual([kind, Device], ["done", undefined]);
  assert.ok(DeviceProblem);
  const user = await client.send(new GetUserCommand({ AccessToken: AuthenticationResult.AccessToken }));
  assert.equal(user.Username, "alice");
  assert.equal(signIn.skipDevice(), undefined);
});

test("a device that is kept under the name that the service gives, of somebody who signs in by an alias", async () => {
  const kept = new Map();
  const options = { ...pool, Username: "carol@example.com", RememberDevice: true };
  const first = await finish(client, new SignIn(options), carol);
  kept.set(first.Username, first.Device);
  assert.notEqual(first.Username, options.Username);
  const signIn = new SignIn(options);
  const forgotten = [];
  const person = {
    ...carol,
    PASSWORD: ({ details }) => {
      forgotten.push(details.DeviceForgotten);
      if (!details.DeviceForgotten) signIn.setDevice(kept.get(details.Username));
      return carol.PASSWORD;
    },
  };
  const again = await finish(client, signIn, person);
  assert.deepEqual(again.trail, ["PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "tokens"]);
  await client.send(new ForgetDeviceCommand({ AccessToken: again.AuthenticationResult.AccessToken, DeviceKey: first.Device.DeviceKey }));
  const last = await finish(client, signIn, person);
  assert.equal(last.trail[1], "ResourceNotFoundException");
  assert.deepEqual([last.DeviceForgotten, forgotten], [true, [false, false, true]]);
});

test("a device takes the place of the text message", async () => {
  const { trail } = await finish(client, new SignIn({ ...pool, Username: "dave", Device: davesDevice }), dave);
  assert.deepEqual(trail, ["PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "tokens"]);
});

test("a text message, whose code may be corrected", async () => {
  const signIn = new SignIn({ ...pool, Username: "dave" });
  await assert.rejects(
    finish(client, signIn, { ...dave, CODE: "000000" }),
    refused("Refused", "CodeMismatchException", "WrongCode"),
  );
  const question = signIn.question();
  assert.equal(question.question, "CODE");
  assert.equal(question.details.ChallengeName, "SMS_MFA");
  const { kind } = await finish(client, signIn, dave, { step: question });
  assert.equal(kind, "done");
});

test("the choice among second factors, and an authenticator app", async () => {
  const choices = [];
  const person = {
    ...carol,
    MFA_TYPE: ({ details }) => (choices.push(...details.MfaTypes), "SOFTWARE_TOKEN_MFA"),
    CODE: () => totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
  };
  const { trail } = await finish(client, new SignIn({ ...pool, Username: "carol" }), person);
  assert.deepEqual(trail, ["PASSWORD_VERIFIER", "SELECT_MFA_TYPE", "SOFTWARE_TOKEN_MFA", "tokens"]);
  assert.ok(choices.includes("SMS_MFA"));
});

test("a passkey, and a choice among the ways to begin", async () => {
  const person = { FIRST_FACTOR: "WEB_AUTHN", PASSKEY: `{"id":"carol's passkey"}`, CODE: "123456", MFA_TYPE: "SMS_MFA" };
  const { kind } = await finish(client, new SignIn({ ...pool, Username: "carol", AuthFlow: "USER_AUTH" }), person);
  assert.equal(kind, "done");
});

test("a temporary password is replaced, with what the pool requires along with it; then the new one is the password", async () => {
  const person = {
    PASSWORD: "Temp0rary-password",
    NEW_PASSWORD: ({ details }) => {
      assert.deepEqual(details.RequiredAttributes, ["name"]);
      return { answer: "Permanent1!", userAttributes: { name: "Erin" } };
    },
  };
  const { trail } = await finish(client, new SignIn({ ...pool, Username: "erin" }), person);
  assert.deepEqual(trail, ["PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "tokens"]);
  const { kind } = await finish(client, new SignIn({ ...pool, Username: "erin" }), { PASSWORD: "Permanent1!" });
  assert.equal(kind, "done");
});

test("begun in one object, gone on with in another", async () => {
  const options = { ...pool, Username: "dave" };
  const begun = new SignIn(options);
  let step = await send(client, begun, begun.start());
  const stored = begun.save();
  begun.free();
  const restored = SignIn.restore(stored, options);
  step = restored.question();
  assert.equal(step.question, "PASSWORD");
  const { kind } = await finish(client, restored, dave, { step });
  assert.equal(kind, "done");
});

test("the refresh token brings new tokens", async () => {
  const { AuthenticationResult } = await finish(client, new SignIn({ ...secretPool, Username: "alice" }), alice);
  const refreshing = new SignIn({ ...secretPool, Username: "alice", AuthFlow: "REFRESH_TOKEN_AUTH" });
  const { trail } = await finish(client, refreshing, { REFRESH_TOKEN: AuthenticationResult.RefreshToken });
  assert.deepEqual(trail, ["tokens"]);
});

test("single steps: the password's, then the device's", async () => {
  const options = { ...pool, Username: "dave", Device: davesDevice };
  const [login, device] = [new PasswordLogin(options), new DeviceLogin(options)];
  const AuthParameters = { USERNAME: "dave", SRP_A: login.srpA, DEVICE_KEY: davesDevice.DeviceKey };
  const begun = await client.send(new InitiateAuthCommand({ ClientId: pool.ClientId, AuthFlow: "USER_SRP_AUTH", AuthParameters }));
  const asked = await client.send(new RespondToAuthChallengeCommand(login.claim(begun, dave.PASSWORD, new Date())));
  assert.equal(asked.ChallengeName, "DEVICE_SRP_AUTH");
  const ChallengeResponses = { USERNAME: "dave", SRP_A: device.srpA, DEVICE_KEY: davesDevice.DeviceKey };
  const challenge = await client.send(
    new RespondToAuthChallengeCommand({ ClientId: pool.ClientId, ChallengeName: "DEVICE_SRP_AUTH", ChallengeResponses }),
  );
  const { AuthenticationResult } = await client.send(new RespondToAuthChallengeCommand(device.claim(challenge)));
  assert.ok(AuthenticationResult.AccessToken);
});

test("a user of another operation: SECRET_HASH alone", async () => {
  const AuthParameters = {
    USERNAME: "alice",
    PASSWORD: "Wonderland1!",
    SECRET_HASH: secretHash("alice", secretPool.ClientId, secretPool.ClientSecret),
  };
  const output = await client.send(
    new InitiateAuthCommand({ ClientId: secretPool.ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }),
  );
  assert.ok(output.AuthenticationResult.AccessToken);
});

test("a device enrolled by hand is confirmed by the pool", async () => {
  const { AuthenticationResult } = await finish(client, new SignIn({ ...pool, Username: "alice" }), alice);
  const { AccessToken, NewDeviceMetadata } = AuthenticationResult;
  const { Device, DeviceSecretVerifierConfig } = enrollDevice(NewDeviceMetadata.DeviceKey, NewDeviceMetadata.DeviceGroupKey);
  await client.send(new ConfirmDeviceCommand({ AccessToken, DeviceKey: Device.DeviceKey, DeviceSecretVerifierConfig }));
  const { trail } = await finish(client, new SignIn({ ...pool, Username: "alice", Device }), alice);
  assert.deepEqual(trail, ["PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "tokens"]);
});

test("an error that is not the service's is thrown on, and changes nothing", async () => {
  const signIn = new SignIn({ ...pool, Username: "alice" });
  const step = signIn.start();
  const offline = awsClient("http://127.0.0.1:9"); // nobody listens there
  await assert.rejects(send(offline, signIn, step), (error) => !(error instanceof CognitoSrpError));
  const { kind } = await finish(client, signIn, alice, { step });
  assert.equal(kind, "done");
});
