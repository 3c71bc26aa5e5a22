// Compiled, never run: `tsc -p tests`. What is written here must be accepted, and each `@ts-expect-error` must be an error.

import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  AssociateSoftwareTokenCommand,
  ConfirmDeviceCommand,
  VerifySoftwareTokenCommand,
  type AuthenticationResultType,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  CognitoSrpError, DeviceLogin, PasswordLogin, SignIn, claimKey, computeS, deviceVerifier, enrollDevice, init, initSync, kernel,
  modpow, secretHash, version, type AskStep, type Device, type DoneStep, type SendStep, type Step,
} from "cognito-srp-core";
import * as arithmetic from "cognito-srp-core/arithmetic";
import arithmeticWasm from "cognito-srp-core/arithmetic.wasm";
import wasm from "cognito-srp-core/cognito_srp_core.wasm";

declare const client: CognitoIdentityProviderClient;
declare function ask(step: AskStep): Promise<string>;

/** What a bundler makes of the files. */
export async function load(): Promise<void> {
  await init(wasm);
  arithmetic.initSync(arithmeticWasm);
}

/** The claim of a single step goes into the command that it is for. */
export function claimed(login: PasswordLogin) {
  const claim = login.claim({}, "password");
  return "UserPoolId" in claim ? new AdminRespondToAuthChallengeCommand(claim) : new RespondToAuthChallengeCommand(claim);
}

/** Each request goes into the SDK's command as it is. */
async function send(step: SendStep) {
  switch (step.operation) {
    case "InitiateAuth":
      return client.send(new InitiateAuthCommand(step.input));
    case "RespondToAuthChallenge":
      return client.send(new RespondToAuthChallengeCommand(step.input));
    case "AdminInitiateAuth":
      return client.send(new AdminInitiateAuthCommand(step.input));
    case "AdminRespondToAuthChallenge":
      return client.send(new AdminRespondToAuthChallengeCommand(step.input));
    case "AssociateSoftwareToken":
      return client.send(new AssociateSoftwareTokenCommand(step.input));
    case "VerifySoftwareToken":
      return client.send(new VerifySoftwareTokenCommand(step.input));
    case "ConfirmDevice":
      return client.send(new ConfirmDeviceCommand(step.input));
    default:
      return step satisfies never;
  }
}

export async function signIn(): Promise<DoneStep> {
  await init();
  const signIn = new SignIn({ UserPoolId: "us-east-1_Example1", ClientId: "id", Username: "alice", ClientSecret: undefined });
  let step: Step = signIn.start();
  while (step.kind !== "done") {
    if (step.kind === "ask") {
      step = signIn.answer(await ask(step), { now: new Date() });
      continue;
    }
    try {
      step = signIn.handle(await send(step));
    } catch (error) {
      step = signIn.refused(error);
    }
  }
  signIn.free();
  const tokens: AuthenticationResultType = step.AuthenticationResult;
  const device: Device | undefined = step.Device;
  void [tokens, device];
  return step;
}

export function questions(step: AskStep): readonly string[] {
  switch (step.question) {
    case "PASSWORD":
      return [`${step.details.OverSrp satisfies boolean}`, `${step.details.DeviceForgotten satisfies boolean}`, step.details.Username];
    case "FIRST_FACTOR":
      return step.details.AvailableChallenges;
    case "MFA_TYPE":
      return step.details.MfaTypes;
    case "CODE":
      return [step.details.ChallengeName, step.details.Destination ?? ""];
    case "NEW_PASSWORD":
      return [...step.details.RequiredAttributes, ...Object.keys(step.details.UserAttributes)];
    case "AUTHENTICATOR_SETUP":
      return [step.details.SecretCode];
    case "CUSTOM":
      return Object.values(step.details.ChallengeParameters);
    case "PASSKEY":
      return [step.details.CredentialRequestOptions];
    case "REFRESH_TOKEN":
      return [];
    default:
      return step satisfies never;
  }
}

export function rest(bytes: Uint8Array<ArrayBuffer>, options: { UserPoolId: string; ClientId: string; Username: string }) {
  initSync(bytes);
  const restored: SignIn = SignIn.restore(new SignIn(options).save(), options);
  for (const device of [undefined, null, enrollDevice("key", "group").Device]) restored.setDevice(device) satisfies void;
  restored[Symbol.dispose]();
  const login = new PasswordLogin(options, 5n);
  const claim: string | undefined = login.claim({}, "password", 1730000000).ChallengeResponses["PASSWORD_CLAIM_SIGNATURE"];
  const device = new DeviceLogin({ ...options, Device: enrollDevice("key", "group").Device }).claim({});
  const all: Uint8Array[] = [modpow(2n, bytes), computeS(1n, 2n, 3n, 4n), claimKey(1n, 2n, 3n, "scope", "name", "password")];
  const texts: string[] = [secretHash("u", "i", "s"), kernel(), version(), deviceVerifier("k", "g", "p", 1n).Salt];
  return [restored, claim, device, all, texts];
}

export async function alone(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array[]> {
  await arithmetic.init(bytes);
  // @ts-expect-error: there is no conversation
  new arithmetic.SignIn({ UserPoolId: "us-east-1_Example1", ClientId: "id", Username: "alice" });
  return [arithmetic.modpow(2n, bytes), arithmetic.computeS(1n, 2n, 3n, 4n), arithmetic.claimKey(1n, 2n, 3n, "scope", "name", "password")];
}

export const expiry = (step: DoneStep): number | undefined => step.AuthenticationResult.ExpiresIn;

export function errors(error: unknown): string {
  if (!(error instanceof CognitoSrpError)) throw error;
  if (error.kind === "Refused") return error.refused?.cause ?? "";
  return `${error.parameter ?? ""} ${error.problem ?? ""}`;
}

// @ts-expect-error: Username is required
new SignIn({ UserPoolId: "us-east-1_Example1", ClientId: "id" });
// @ts-expect-error: a misspelt option
new SignIn({ UserPoolId: "us-east-1_Example1", ClientId: "id", Username: "alice", Usernane: "alice" });
// @ts-expect-error: another flow
new SignIn({ UserPoolId: "us-east-1_Example1", ClientId: "id", Username: "alice", AuthFlow: "USER_SRP" });
// @ts-expect-error: a device has a password
new SignIn({ UserPoolId: "us-east-1_Example1", ClientId: "id", Username: "alice" }).setDevice({ DeviceKey: "key", DeviceGroupKey: "group" });
// @ts-expect-error: integers are no numbers
modpow(2, 10);
// @ts-expect-error: nor hex
modpow("2", "a");
declare const step: Step;
// @ts-expect-error: only what is to be sent has an input
step.input;
declare const error: CognitoSrpError;
// @ts-expect-error: there are five kinds
error.kind === "refused";
// @ts-expect-error: what an error says stays
error.kind = "Reply";
