// The same against a pool that others wrote: `tests/with_ministack.py node --test tests/ministack.test.mjs`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CognitoSrpError, SignIn, init } from "cognito-srp-core";
import { awsClient, finish, totp } from "./support.mjs";

const world = JSON.parse(readFileSync(process.env.COGNITO_WORLD, "utf8"));
const { plain, fresh, freshSecret, totp: withApp, custom } = world.users;
const client = awsClient(world.endpoint);
const open = { UserPoolId: world.pool, ClientId: world.clients.public.id };
const secret = { UserPoolId: world.pool, ClientId: world.clients.secret.id, ClientSecret: world.clients.secret.secret };

await init();

for (const [name, pool] of Object.entries({ open, secret })) {
  test(`a user of the client "${name}", by name and by alias`, async () => {
    for (const Username of [plain.username, plain.email]) {
      const { trail } = await finish(client, new SignIn({ ...pool, Username }), { PASSWORD: plain.password });
      assert.deepEqual(trail, ["PASSWORD_VERIFIER", "tokens"]);
    }
  });

  test(`a wrong password at the client "${name}"`, async () => {
    await assert.rejects(
      finish(client, new SignIn({ ...pool, Username: plain.username }), { PASSWORD: "wrong" }),
      (error) => error instanceof CognitoSrpError && error.refused.cause === "WrongUserOrPassword",
    );
  });

  test(`an authenticator app at the client "${name}"`, async () => {
    const person = { PASSWORD: withApp.password, CODE: () => totp(withApp.totpSecret) };
    const { trail } = await finish(client, new SignIn({ ...pool, Username: withApp.username }), person);
    assert.deepEqual(trail, ["PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA", "tokens"]);
  });

  test(`a new password at the client "${name}", and then the user's own`, async () => {
    const user = name === "open" ? fresh : freshSecret;
    const person = { PASSWORD: user.password, NEW_PASSWORD: user.newPassword };
    const { trail } = await finish(client, new SignIn({ ...pool, Username: user.username }), person);
    assert.deepEqual(trail, ["PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "tokens"]);
    const { kind } = await finish(client, new SignIn({ ...pool, Username: user.username }), { PASSWORD: user.newPassword });
    assert.equal(kind, "done");
  });

  test(`the pool's own challenge at the client "${name}"`, async () => {
    const person = { PASSWORD: custom.password, CUSTOM: custom.answer };
    const signIn = new SignIn({ ...pool, Username: custom.username, AuthFlow: "CUSTOM_AUTH" });
    const { trail } = await finish(client, signIn, person);
    assert.deepEqual(trail, ["PASSWORD_VERIFIER", "CUSTOM_CHALLENGE", "tokens"]);
  });
}
