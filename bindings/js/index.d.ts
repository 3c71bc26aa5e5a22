/// <reference lib="esnext.disposable" />
// The types of this package. Members of requests, replies and options have AWS's names and AWS's types, so that a step's input
// goes into the commands of `@aws-sdk/client-cognito-identity-provider` as it is, and their output comes back as it is.

/**
 * Makes the module ready: fetches it, or reads it in Node. Once is enough; every further call returns the same promise.
 *
 * `source` is for where neither fits: the bytes, a compiled module, a response, or an address. What is no WebAssembly, such as a page in
 * the place of the file, is a `CognitoSrpError`; an engine that is too old for it throws a `WebAssembly.CompileError`.
 */
export function init(source?: InitSource | Promise<InitSource>): Promise<void>;

export type InitSource = WasmSource | Instance<"Response"> | Instance<"URL"> | string;

/** The bytes of the file `cognito_srp_core.wasm` (or `arithmetic.wasm`), or what an engine has made of them. */
export type WasmSource = Uint8Array<ArrayBuffer> | ArrayBuffer | WasmModule;

/** What the class of this name makes, in an environment that has such a class. */
type Instance<Name extends string> = typeof globalThis extends Record<Name, { prototype: infer Made }> ? Made : never;

type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Made } } } ? Made : never;

/** The same at once, from bytes or a module that is at hand. Browsers allow it for bytes in workers only. */
export function initSync(source: WasmSource): void;

/** The AuthFlow of InitiateAuth and AdminInitiateAuth. */
export type AuthFlow =
  | "USER_SRP_AUTH"
  | "USER_AUTH"
  | "CUSTOM_AUTH"
  | "USER_PASSWORD_AUTH"
  | "ADMIN_USER_PASSWORD_AUTH"
  | "ADMIN_NO_SRP_AUTH"
  | "REFRESH_TOKEN_AUTH"
  | "REFRESH_TOKEN";

/** The ChallengeName of RespondToAuthChallenge. */
export type ChallengeName =
  | "ADMIN_NO_SRP_AUTH"
  | "CUSTOM_CHALLENGE"
  | "DEVICE_PASSWORD_VERIFIER"
  | "DEVICE_SRP_AUTH"
  | "EMAIL_OTP"
  | "MFA_SETUP"
  | "NEW_PASSWORD_REQUIRED"
  | "PASSWORD"
  | "PASSWORD_SRP"
  | "PASSWORD_VERIFIER"
  | "SELECT_CHALLENGE"
  | "SELECT_MFA_TYPE"
  | "SMS_MFA"
  | "SMS_OTP"
  | "SOFTWARE_TOKEN_MFA"
  | "WEB_AUTHN";

/** A remembered device. Its password is a secret, to be stored as one. */
export interface Device {
  DeviceKey: string;
  DeviceGroupKey: string;
  DevicePassword: string;
}

/** Who signs in, where, and how. A member that is not listed here is refused, and so is one that does not fit the others. */
export interface SignInOptions extends Partially<MoreOptions> {
  UserPoolId: string;
  ClientId: string;
  Username: string;
}

/** As good as none are `undefined` and `null`. */
type Partially<Options> = { [Name in keyof Options]?: Options[Name] | null | undefined };

interface MoreOptions {
  /** Of an app client that has one. */
  ClientSecret: string;
  /** Default: USER_SRP_AUTH. */
  AuthFlow: AuthFlow;
  /** For USER_AUTH. */
  PreferredChallenge: ChallengeName;
  /** For CUSTOM_AUTH, which otherwise begins with SRP. */
  WithoutSrp: boolean;
  /** The Admin twins of the operations, for servers with AWS credentials. */
  Admin: boolean;
  /** A remembered one, as `done` once gave it. */
  Device: Device;
  /** Whether to have a device remembered that the service offers, and as what. */
  RememberDevice: boolean;
  DeviceName: string;
  /** For a refresh token that belongs to a device, without `Device`. */
  DeviceKey: string;
  /** Of ConfirmSignUp, for USER_AUTH. */
  Session: string;
  ClientMetadata: Record<string, string>;
  AnalyticsMetadata: { AnalyticsEndpointId?: string };
  /** Not for the Admin twins. */
  UserContextData: { IpAddress?: string; EncodedData?: string };
  /** For the Admin twins. */
  ContextData: ContextData;
}

/** What an administrator's request tells of the person's browser. */
export interface ContextData {
  IpAddress: string;
  ServerName: string;
  ServerPath: string;
  HttpHeaders: { headerName?: string; headerValue?: string }[];
  EncodedData?: string;
}

/** What comes next. */
export type Step = SendStep | AskStep | DoneStep;

interface Send<Operation extends string, Input> {
  kind: "send";
  operation: Operation;
  /** The header X-Amz-Target, for those who send without the SDK. */
  target: `AWSCognitoIdentityProviderService.${Operation}`;
  input: Input;
}

/** Send the request, and give what comes of it to `handle` or `refused`. */
export type SendStep =
  | Send<"InitiateAuth", InitiateAuthInput>
  | Send<"AdminInitiateAuth", InitiateAuthInput & { UserPoolId: string; ContextData?: ContextData }>
  | Send<"RespondToAuthChallenge", RespondToAuthChallengeInput>
  | Send<"AdminRespondToAuthChallenge", AdminRespondToAuthChallengeInput>
  | Send<"AssociateSoftwareToken", { Session?: string }>
  | Send<"VerifySoftwareToken", { UserCode: string; Session?: string }>
  | Send<"ConfirmDevice", ConfirmDeviceInput>;

interface RequestContext {
  ClientId: string;
  Session?: string;
  ClientMetadata?: Record<string, string>;
  AnalyticsMetadata?: { AnalyticsEndpointId?: string };
  UserContextData?: { IpAddress?: string; EncodedData?: string };
}

export interface InitiateAuthInput extends RequestContext {
  AuthFlow: AuthFlow;
  AuthParameters: Record<string, string>;
}

export interface RespondToAuthChallengeInput extends RequestContext {
  ChallengeName: ChallengeName;
  ChallengeResponses: Record<string, string>;
}

export interface AdminRespondToAuthChallengeInput extends RespondToAuthChallengeInput {
  UserPoolId: string;
  ContextData?: ContextData;
}

export interface ConfirmDeviceInput {
  AccessToken: string;
  DeviceKey: string;
  DeviceName?: string;
  DeviceSecretVerifierConfig: DeviceSecretVerifierConfig;
}

export interface DeviceSecretVerifierConfig {
  PasswordVerifier: string;
  Salt: string;
}

interface Ask<Question extends string, Details> {
  kind: "ask";
  question: Question;
  details: Details;
}

/** Ask the person, and give what they say to `answer`. */
export type AskStep =
  /**
   * The password. With `OverSrp` it stays here, and only a proof of it is sent. `Username` is the user as the requests name them now: for
   * `setDevice`, unless `DeviceForgotten` says that the device that was given is of no use any more.
   */
  | Ask<"PASSWORD", { OverSrp: boolean; Username: string; DeviceForgotten: boolean }>
  /** The refresh token. */
  | Ask<"REFRESH_TOKEN", {}>
  /** One of the challenges to begin with. */
  | Ask<"FIRST_FACTOR", { AvailableChallenges: string[] }>
  /** The code that was sent, or that the authenticator app shows. */
  | Ask<"CODE", { ChallengeName: string; Medium?: string; Destination?: string }>
  /** One of the second factors. */
  | Ask<"MFA_TYPE", { MfaTypes: string[] }>
  /** The first code of an authenticator app, for which this is the secret. */
  | Ask<"AUTHENTICATOR_SETUP", { SecretCode: string }>
  /** A new password, and the attributes that are required with it. */
  | Ask<"NEW_PASSWORD", { RequiredAttributes: string[]; UserAttributes: Record<string, string> }>
  /** What the pool's own challenge wants to hear. */
  | Ask<"CUSTOM", { ChallengeParameters: Record<string, string> }>
  /** AuthenticationResponseJSON; `CredentialRequestOptions` is JSON text. */
  | Ask<"PASSKEY", { CredentialRequestOptions: string }>;

/** The person is signed in. */
export interface DoneStep {
  kind: "done";
  AuthenticationResult: AuthenticationResult;
  /** The user's name as the service gives it. */
  Username: string;
  /** The device that was remembered, to be stored. */
  Device?: Device;
  /** Whether the person has yet to agree that the device is remembered: UpdateDeviceStatus. */
  UserConfirmationNecessary: boolean;
  /** Why a device was not remembered. */
  DeviceProblem?: string;
  /** Whether the stored device is of no use any more. */
  DeviceForgotten: boolean;
}

export interface AuthenticationResult {
  AccessToken?: string;
  /** In seconds, where the service said it. */
  ExpiresIn?: number;
  TokenType?: string;
  RefreshToken?: string;
  IdToken?: string;
  NewDeviceMetadata?: { DeviceKey?: string; DeviceGroupKey?: string };
}

/** A time: a Date, or seconds since 1970. What is left out is the clock's. */
export type Time = Date | number;

/** A big-endian integer. bigint is converted in variable time: not for secrets where that matters. */
export type Integer = Uint8Array | bigint;

/**
 * An object in the memory of the module, until it is freed. Those that are forgotten are freed by the garbage collector, where the engine has
 * a FinalizationRegistry.
 */
declare class Handle {
  /** Wipes what the object holds. Any later use is a `CognitoSrpError`. */
  free(): void;
  [Symbol.dispose](): void;
}

/** The conversation of signing in. An error leaves it as it was. */
export class SignIn extends Handle {
  constructor(options: SignInOptions);
  /**
   * The sign-in that was saved. Of `options` the client, its secret, the device and what goes with every request are read.
   *
   * The device is the one that it had then, also by `setDevice`. Restore a state once: two that go on from it prove the password with one `a`.
   */
  static restore(state: Uint8Array, options: SignInOptions): SignIn;
  /** The first step; also to start over. */
  start(): Step;
  /** Takes what `client.send` returned, or the parsed body of a reply. */
  handle(output: object, now?: Time): Step;
  /** Takes the exception of the SDK, or the parsed body of a refusal. An error that is not the service's is thrown on as it is. */
  refused(error: unknown): Step;
  /** Takes the answer to the question that was asked. */
  answer(answer: string, more?: { userAttributes?: Record<string, string> | null; now?: Time }): Step;
  /** The question that can be answered now, or once more after a refusal. */
  question(): AskStep | undefined;
  /**
   * The remembered device that requests name from now on; `undefined` and `null` are none. For those who keep devices under the name that
   * the service gives, which is in the question PASSWORD. One that is already proving itself is not to be changed.
   */
  setDevice(device?: Device | null): void;
  /** Ends the sign-in without the new device, where ConfirmDevice got no reply, or one that is not the service's. */
  skipDevice(): DoneStep | undefined;
  /** The state, which is a secret: to be encrypted by whoever stores it. */
  save(): Uint8Array<ArrayBuffer>;
}

/**
 * SRP over the user's password, for those who keep the order of the messages themselves. Of the options those are looked at that name
 * the user, and what goes with every request: `Admin`, `ClientMetadata` and the like.
 */
export class PasswordLogin extends Handle {
  /** `a` is for test vectors: one that is not fresh and random gives the password away. */
  constructor(options: SignInOptions, a?: Integer | null);
  get srpA(): string;
  /** The answer to PASSWORD_VERIFIER. There is one: afterwards the login is spent. A reply with another ChallengeName spends nothing. */
  claim(challenge: object, password: string, now?: Time): Claim;
}

/** SRP over a remembered device's password. `Device` is required, and `Username` is the one that the service gave. */
export class DeviceLogin extends Handle {
  constructor(options: SignInOptions, a?: Integer | null);
  get srpA(): string;
  /** The answer to DEVICE_PASSWORD_VERIFIER. There is one: afterwards the login is spent. A reply with another ChallengeName spends nothing. */
  claim(challenge: object, now?: Time): Claim;
}

/** The input of RespondToAuthChallenge, or with the option `Admin` of its twin: `"UserPoolId" in claim` tells. */
export type Claim = RespondToAuthChallengeInput | AdminRespondToAuthChallengeInput;

/** A password for a device that the service offers to remember, and what ConfirmDevice is to be sent. */
export function enrollDevice(
  deviceKey: string,
  deviceGroupKey: string,
): { Device: Device; DeviceSecretVerifierConfig: DeviceSecretVerifierConfig };

/** The verifier of a device for a salt that is given. */
export function deviceVerifier(
  deviceKey: string,
  deviceGroupKey: string,
  devicePassword: string,
  salt: Integer,
): DeviceSecretVerifierConfig;

/** SECRET_HASH over the USERNAME of the same request, for operations outside sign-in such as SignUp. */
export function secretHash(username: string, clientId: string, clientSecret: string): string;

/** base^exponent mod N, in 384 bytes; `base` is below N. */
export function modpow(base: Integer, exponent: Integer): Uint8Array<ArrayBuffer>;

/** S = (B - k * g^x)^(a + u * x) mod N, in 384 bytes. */
export function computeS(a: Integer, serverPublic: Integer, u: Integer, x: Integer): Uint8Array<ArrayBuffer>;

/** The key of PASSWORD_CLAIM_SIGNATURE, in 16 bytes: u, x, S and K in one call. */
export function claimKey(
  a: Integer,
  serverPublic: Integer,
  salt: Integer,
  scope: string,
  name: string,
  password: string,
): Uint8Array<ArrayBuffer>;

/** The name of the arithmetic that runs: always `Simd128`. */
export function kernel(): string;

/** The version that all packages of the core share. */
export function version(): string;

/** What went wrong. Neither the message nor anything else holds a value that was passed in. */
export class CognitoSrpError extends Error {
  readonly name: "CognitoSrpError";
  /** Whose fault it is: the caller's, the service's whose reply cannot be understood, nobody's, or the machine's. */
  readonly kind: "Argument" | "Reply" | "Refused" | "DeviceRefused" | "Machine";
  /** The parameter at fault, by Cognito's name for it. */
  readonly parameter?: string;
  /** What is wrong with it, such as `TooLong`. */
  readonly problem?: string;
  /** What the service refused with, where it did. */
  readonly refused?: {
    /** The service's name for it, such as `NotAuthorizedException`. */
    name: string;
    /** Its text. */
    message: string;
    /** What the two mean, such as `WrongUserOrPassword`. */
    cause: string;
    /** Whether trying again can help, such as `StartAgain`. */
    retry: string;
  };
}
