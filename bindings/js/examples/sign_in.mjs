// Signs in with AWS's SDK: `../with-testpool node examples/sign_in.mjs` at a pool on this machine, whose example user is alice.
//
// At a pool of your own: COGNITO_POOL, COGNITO_CLIENT, COGNITO_USER and AWS_REGION in the environment. The password and whatever
// else the pool asks for is read from the terminal.

import { createInterface } from "node:readline/promises";
import * as sdk from "@aws-sdk/client-cognito-identity-provider";
import { CognitoSrpError, SignIn, init } from "cognito-srp-core";

const { COGNITO_ENDPOINT, COGNITO_POOL, COGNITO_CLIENT, COGNITO_USER, AWS_REGION = "us-east-1" } = process.env;
const client = new sdk.CognitoIdentityProviderClient({
  region: AWS_REGION,
  endpoint: COGNITO_ENDPOINT,
  credentials: { accessKeyId: "none", secretAccessKey: "none" }, // none of these operations is signed
});

/** The loop that every program has. */
async function signIn(options, ask) {
  await init();
  const signIn = new SignIn(options);
  try {
    let step = signIn.start();
    while (step.kind !== "done") {
      console.log(step.kind, step.operation ?? step.question, step.input?.ChallengeName ?? step.input?.AuthFlow ?? "");
      if (step.kind === "ask") {
        step = signIn.answer(await ask(step));
      } else {
        const command = new sdk[`${step.operation}Command`](step.input);
        try {
          step = await client.send(command).then(
            (output) => signIn.handle(output),
            (error) => signIn.refused(error), // what the service did not say, it throws again
          );
        } catch (error) {
          step = signIn.skipDevice(); // the person is signed in, and only the new device is not confirmed
          if (!step) throw error;
        }
      }
    }
    return step;
  } finally {
    signIn.free();
  }
}

async function askAtTheTerminal({ question, details }) {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(`${question} ${JSON.stringify(details)}: `);
  } finally {
    terminal.close();
  }
}

const atTestpool = COGNITO_POOL === undefined;
const options = {
  UserPoolId: COGNITO_POOL ?? "us-east-1_TestPool1",
  ClientId: COGNITO_CLIENT ?? "testclient",
  Username: COGNITO_USER ?? "alice",
};
const ask = atTestpool ? () => "Wonderland1!" : askAtTheTerminal;

const first = await signIn({ ...options, RememberDevice: true }, ask);
console.log(`${first.Username} is signed in`);
if (first.Device) {
  console.log(`and once more, with the device ${first.Device.DeviceKey}`);
  await signIn({ ...options, Device: first.Device }, ask);
}
if (atTestpool) {
  const wrong = await signIn(options, () => "not the password").catch((error) => error);
  if (!(wrong instanceof CognitoSrpError)) throw wrong;
  console.log(`a wrong password: ${wrong.kind}, ${wrong.refused.cause}: ${wrong.message}`);
}
