/* Signs in to AWS Cognito user pools over SRP: pure computation, no IO, no clock.
 *
 * Made by cbindgen from the Rust source; README.md has a program that uses it.
 *
 * Objects. A sign-in, a login, a step, a value and an error are objects, named by a handle: a number and no address. Every function
 * that has a `result` stores a handle there, of what it was asked for or of an error, and the caller frees either with
 * cognito_srp_free. It may not be NULL: that is ARGUMENT, and stores nothing. What an object holds is copied out with cognito_srp_read. A handle that was freed, or that
 * names an object of another kind, is an error and nothing worse.
 *
 * Text is UTF-8, of the length beside it, and need not end with a NUL. NULL with the length 0 is empty, or absent where a function
 * says that. More than 1 MiB of text is refused unread, and JSON of more than 16 levels is not read. Text and bytes are read during the call and not kept: the caller frees them, and
 * wipes what is secret.
 *
 * Statuses are named here without COGNITO_SRP_STATUS_, and fields without COGNITO_SRP_FIELD_. A call that fails leaves the object
 * as it was. ARGUMENT, with an error object that says which argument, is also what a NULL with a length, text that is not UTF-8 and
 * text that is too long get; where the service wrote the text, the last two get REPLY.
 *
 * Threads. Any thread may make any call at any time, but a signal handler none: it would wait for the call that it has interrupted.
 * A sign-in or a login is for one call at a time: a second one, from another
 * thread, is BUSY and does nothing. Results do not change, and are read by several threads at once. A child after fork() may call only
 * if no other thread of its parent was in a call, and then has its own copy of every object: a sign-in that has begun is to go on in
 * one of the two, since two proofs with one secret give the password away. On Linux a thread that pthread_cancel()
 * asks to end does so after the call; elsewhere none is to be cancelled that is in a call.
 *
 * Secrets. Whatever an object holds is wiped when it is freed; what is never freed is not. No error holds a secret, nor anything that
 * was passed in but for the name of an option that is not known. A call needs 64 KiB
 * of stack. Memory that runs out ends the program. */

#ifndef COGNITO_SRP_H
#define COGNITO_SRP_H

#include <stddef.h>
#include <stdint.h>

/**
 * The version of this header; cognito_srp_version says that of the library which runs.
 */
#define COGNITO_SRP_VERSION "0.1.0"

/**
 * What came of a call. Where it is not OK, `*result` is an error object, which says more.
 */
enum cognito_srp_status {
    /**
     * It was done.
     */
    COGNITO_SRP_STATUS_OK = 0,
    /**
     * The caller's fault: an argument is wrong, or the call does not fit what the object is waiting for.
     */
    COGNITO_SRP_STATUS_ARGUMENT = 1,
    /**
     * The service's fault: its reply cannot be understood, or must not be answered.
     */
    COGNITO_SRP_STATUS_REPLY = 2,
    /**
     * The service refused. CAUSE says why, and RETRY whether trying again can help.
     */
    COGNITO_SRP_STATUS_REFUSED = 3,
    /**
     * The service refused the remembered device, whose stored password is wrong. The person's own was right.
     */
    COGNITO_SRP_STATUS_DEVICE_REFUSED = 4,
    /**
     * The machine gave no random bytes, or miscalculated.
     */
    COGNITO_SRP_STATUS_MACHINE = 5,
    /**
     * The handle names no object: it was freed, was never given out, or is one of another kind.
     */
    COGNITO_SRP_STATUS_HANDLE = 6,
    /**
     * Another thread is using the object. Nothing was done.
     */
    COGNITO_SRP_STATUS_BUSY = 7,
    /**
     * The library has a bug. The result may be 0, and the object that the call was about is of no further use: free it.
     */
    COGNITO_SRP_STATUS_PANIC = 8,
    /**
     * The buffer is too small. Nothing was copied, and the length is the one needed.
     */
    COGNITO_SRP_STATUS_CAPACITY = 9,
};

/**
 * What a step is.
 */
enum cognito_srp_kind {
    /**
     * The handle names no step.
     */
    COGNITO_SRP_KIND_NONE = 0,
    /**
     * Send the request JSON to the operation NAME, and pass on what comes of it: to `cognito_srp_sign_in_handle` the body of a
     * reply, to `cognito_srp_sign_in_refused` that of a refusal. Keep the step until then: a request that got no reply at all, or one
     * that is not the service's JSON, may be sent again as it is, and the sign-in waits.
     */
    COGNITO_SRP_KIND_SEND = 1,
    /**
     * Ask the person for what NAME says (below), and pass it on to `cognito_srp_sign_in_answer`.
     */
    COGNITO_SRP_KIND_ASK = 2,
    /**
     * The person is signed in. JSON has `AuthenticationResult`, `Username` (by which the service knows the user), `Device` (a
     * new one, to be stored as a secret), `UserConfirmationNecessary`, `DeviceProblem` and `DeviceForgotten`.
     */
    COGNITO_SRP_KIND_DONE = 3,
};

/**
 * What can be read of an object. All of it is UTF-8, but for a VALUE that is bytes. What is not there is empty.
 */
enum cognito_srp_field {
    /**
     * Of a step: the operation, such as `InitiateAuth`, or the question, such as `PASSWORD`; empty when it is done.
     */
    COGNITO_SRP_FIELD_NAME = 1,
    /**
     * Of a step to send: the value of the header `X-Amz-Target`.
     */
    COGNITO_SRP_FIELD_TARGET = 2,
    /**
     * Of a step. A secret: a proof, codes, tokens.
     */
    COGNITO_SRP_FIELD_JSON = 3,
    /**
     * Of any other result: the text or the bytes.
     */
    COGNITO_SRP_FIELD_VALUE = 4,
    /**
     * Of an error, as all that follow: a sentence. No error holds a secret; it may hold the name of an option that is not known, and
     * what the service said.
     */
    COGNITO_SRP_FIELD_MESSAGE = 5,
    /**
     * The argument or the service's parameter at fault: by its name in this header where it is NULL or no text at all, otherwise by
     * Cognito's, such as `UserAttributes`; a reply, refusal or challenge is the `body`, and b_public is `B`.
     */
    COGNITO_SRP_FIELD_PARAMETER = 6,
    /**
     * What is wrong with it: `Missing`, `Empty`, `TooLong`, `NotHex`, `NotBase64`, `NotJson`, `NotUtf8`, `Malformed`,
     * `OutOfRange`, `Unknown`, `Unexpected`, `TooDeep`, `Unsupported`, `Damaged`, `Mismatch`, `OtherVersion`, `Other`.
     */
    COGNITO_SRP_FIELD_PROBLEM = 7,
    /**
     * Why the service refused: `WrongUserOrPassword`, `UnknownUser`, `UserDisabled`, `UserNotConfirmed`,
     * `PasswordResetRequired`, `TemporaryPasswordExpired`, `AttemptsExceeded`, `Blocked`, `AliasExists`, `WrongCode`,
     * `UsedCode`, `ExpiredCode`, `CodeNotSent`, `InvalidSession`, `PasswordPolicy`, `MissingAttribute`, `MfaMethodNotFound`,
     * `UnknownDevice`, `DeviceExists`, `InvalidToken`, `WrongSecretHash`, `MissingSecretHash`, `FlowNotEnabled`,
     * `UnknownPoolOrClient`, `PoolConfiguration`, `TriggerRefused`, `TriggerFailed`, `TimestampNotUnderstood`,
     * `MissingParameter`, `InvalidParameter`, `Forbidden`, `AwsCredentials`, `TooManyRequests`, `Conflict`, `InternalError`,
     * `LimitExceeded`, `NotAuthorized`, `NotFound`, `Unknown`. A later version may know more.
     */
    COGNITO_SRP_FIELD_CAUSE = 8,
    /**
     * Whether trying again can help: `No`; `AnotherAnswer` to `cognito_srp_sign_in_question`; `StartAgain`, with
     * `cognito_srp_sign_in_start`; `StartAgainLater`, the same after a wait; `SameRequestLater`, the very same JSON after a wait.
     */
    COGNITO_SRP_FIELD_RETRY = 9,
    /**
     * The service's own name for it, such as `NotAuthorizedException`.
     */
    COGNITO_SRP_FIELD_SERVICE_ERROR = 10,
    /**
     * The service's own text.
     */
    COGNITO_SRP_FIELD_SERVICE_MESSAGE = 11,
};

/**
 * Names an object of the library; 0 names none. A number is given out once, and never names another object.
 */
typedef uint64_t cognito_srp_handle;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * A sign-in that is about to begin. `options` are a JSON object:
 *
 * - `UserPoolId`, `ClientId`, `Username`: required
 * - `ClientSecret`: of an app client that has one
 * - `AuthFlow`: default `USER_SRP_AUTH`; `PreferredChallenge`: for `USER_AUTH`; `WithoutSrp` (true): for `CUSTOM_AUTH`, which
 *   otherwise begins with SRP
 * - `Admin` (true): the Admin twins of the operations
 * - `Device`: a remembered one: `DeviceKey`, `DeviceGroupKey`, `DevicePassword`
 * - `RememberDevice` (true), `DeviceName`: to have a device remembered that the service offers
 * - `DeviceKey`: for a refresh token that belongs to a device, without `Device`
 * - `Session`: of ConfirmSignUp, for `USER_AUTH`
 * - `ClientMetadata`, `AnalyticsMetadata`: as in AWS's requests
 * - `UserContextData`, or `ContextData` for the Admin twins: as in AWS's requests
 *
 * @param result the sign-in
 * @return OK; ARGUMENT, by the member at fault; one that is not listed here is one, and so is one that does not fit the others.
 */
enum cognito_srp_status cognito_srp_sign_in_new(const char *options,
                                                size_t options_length,
                                                cognito_srp_handle *result);

/**
 * The sign-in that was saved, in this process or another. Of `options` the client, its secret, the device and what goes with
 * every request are read; the rest is in the state. The `Device` has to be the one that it was saved with. Restore a state once: it has
 * the secret of one proof in it, and two proofs with one secret give the password away.
 *
 * @param result the sign-in
 * @return OK; ARGUMENT, for a state that is damaged, or of another version of its layout, or another client's.
 */
enum cognito_srp_status cognito_srp_sign_in_restore(const uint8_t *state,
                                                    size_t state_length,
                                                    const char *options,
                                                    size_t options_length,
                                                    cognito_srp_handle *result);

/**
 * The first step; also to start over.
 *
 * @param result the step
 * @return OK; ARGUMENT where `PreferredChallenge` is not one that a sign-in can begin with; MACHINE; HANDLE; BUSY.
 */
enum cognito_srp_status cognito_srp_sign_in_start(cognito_srp_handle sign_in, cognito_srp_handle *result);

/**
 * Takes the body of the reply to the request that was sent.
 *
 * @param now the time, in seconds since 1970: not in milliseconds
 * @param result the next step
 * @return OK; REPLY; ARGUMENT where no request is out, or the time is out of range; MACHINE; HANDLE; BUSY. A failure leaves
 * the sign-in as it was.
 */
enum cognito_srp_status cognito_srp_sign_in_handle(cognito_srp_handle sign_in,
                                                   const char *reply,
                                                   size_t reply_length,
                                                   int64_t now,
                                                   cognito_srp_handle *result);

/**
 * Takes the service's refusal of the request that was sent: the body, with `__type` and `message`. A gateway's page of an error is
 * none, and is REPLY: the request may be sent again. Where ConfirmDevice is refused the sign-in ends without the device: to send it
 * again after a wait, as RETRY would have it, do that before this is told.
 *
 * @param result the next step, where there is a way on: a device that the service has forgotten, for example
 * @return REFUSED or DEVICE_REFUSED, mostly; otherwise as cognito_srp_sign_in_handle. To let the person correct a code (RETRY is
 * `AnotherAnswer`), ask cognito_srp_sign_in_question again.
 */
enum cognito_srp_status cognito_srp_sign_in_refused(cognito_srp_handle sign_in,
                                                    const char *refusal,
                                                    size_t refusal_length,
                                                    cognito_srp_handle *result);

/**
 * Takes what the person said to the question. It is only read: wipe your copy. The questions, and what JSON says of them:
 *
 * - `PASSWORD`: `OverSrp`, whether it stays here and only a proof of it is sent; `Username`, the user as the requests name them now;
 *   `DeviceForgotten`, see cognito_srp_sign_in_set_device
 * - `REFRESH_TOKEN`
 * - `FIRST_FACTOR`: `AvailableChallenges`, one of which is the answer
 * - `CODE`: `ChallengeName`, `Medium`, `Destination`
 * - `MFA_TYPE`: `MfaTypes`, one of which is the answer
 * - `AUTHENTICATOR_SETUP`: `SecretCode`, for the app, whose first code is the answer
 * - `NEW_PASSWORD`: `RequiredAttributes`, `UserAttributes`
 * - `CUSTOM`: `ChallengeParameters`
 * - `PASSKEY`: `CredentialRequestOptions`; the answer is AuthenticationResponseJSON
 *
 * @param answer NULL with the length 0 is an empty answer here, also to `PASSWORD`: over SRP an empty password is proved
 * @param user_attributes a JSON object of texts to go with a `NEW_PASSWORD`, or NULL
 * @param now the time, in seconds since 1970: not in milliseconds
 * @param result the next step
 * @return as cognito_srp_sign_in_handle; ARGUMENT where nothing was asked, or the answer does not fit.
 */
enum cognito_srp_status cognito_srp_sign_in_answer(cognito_srp_handle sign_in,
                                                   const char *answer,
                                                   size_t answer_length,
                                                   const char *user_attributes,
                                                   size_t user_attributes_length,
                                                   int64_t now,
                                                   cognito_srp_handle *result);

/**
 * The question that can be answered now, or once more after a refusal.
 *
 * @param result the step, or 0 where there is no question
 * @return OK; HANDLE; BUSY.
 */
enum cognito_srp_status cognito_srp_sign_in_question(cognito_srp_handle sign_in, cognito_srp_handle *result);

/**
 * The remembered device that requests name from now on, or none. For those who keep devices under the name that the service gives: while
 * the password is asked, the question has it as `Username`. Where `DeviceForgotten` is true, the device that was kept is of no more use.
 * One that is already proving itself, after the password, is not to be changed.
 *
 * @param device a JSON object as the option `Device` has it; NULL for none
 * @param result 0, or the error
 * @return OK; ARGUMENT, by the member at fault; HANDLE; BUSY.
 */
enum cognito_srp_status cognito_srp_sign_in_set_device(cognito_srp_handle sign_in,
                                                       const char *device,
                                                       size_t device_length,
                                                       cognito_srp_handle *result);

/**
 * Ends the sign-in without the new device, where ConfirmDevice got no word of the service: no reply at all, or one that
 * cognito_srp_sign_in_handle or cognito_srp_sign_in_refused could not take, such as a gateway's page. The person is signed in.
 *
 * @param result the step, which is done, or 0 where ConfirmDevice is not out
 * @return OK; HANDLE; BUSY.
 */
enum cognito_srp_status cognito_srp_sign_in_skip_device(cognito_srp_handle sign_in,
                                                        cognito_srp_handle *result);

/**
 * The state of the sign-in, to go on elsewhere. A checksum finds accidents and not malice: whoever can change it can have the sign-in
 * go on as somebody else. So encrypt and authenticate it, bound to whose it is; let it expire with the Session; use it once.
 *
 * @param result a VALUE of bytes, which are a secret
 * @return OK; HANDLE; BUSY.
 */
enum cognito_srp_status cognito_srp_sign_in_save(cognito_srp_handle sign_in,
                                                 cognito_srp_handle *result);

/**
 * What a step is: `COGNITO_SRP_KIND_NONE` where the handle names none.
 */
enum cognito_srp_kind cognito_srp_step_kind(cognito_srp_handle step);

/**
 * Copies one of `enum cognito_srp_field` out of a result.
 *
 * `*length` is how long it is, in bytes; it is set with the statuses OK and CAPACITY, and with no other. With NULL and 0 for the buffer and its capacity
 * nothing is copied. A buffer that is larger than the text gets a NUL behind it; `*length` does not count that. What the service said may have others inside,
 * and any control characters: it is as it came.
 *
 * Several threads may read one object at once.
 *
 * @return OK; CAPACITY; HANDLE, also where such an object has no such field; ARGUMENT for an unknown field, NULL with a
 * capacity, or no `length`.
 */
enum cognito_srp_status cognito_srp_read(cognito_srp_handle object,
                                         int32_t field,
                                         char *buffer,
                                         size_t capacity,
                                         size_t *length);

/**
 * Frees an object of any kind, and wipes what is secret in it; where another thread is using it, when that call ends.
 *
 * 0 is freed like NULL: nothing happens.
 *
 * @return OK; HANDLE where the handle names no object, such as one that was freed.
 */
enum cognito_srp_status cognito_srp_free(cognito_srp_handle object);

/**
 * The version of the library, such as `0.1.0`. The text ends with a NUL and is there for ever.
 */
const char *cognito_srp_version(void);

/**
 * What computes on this machine: `Ifma`, `Adx` or `Portable`. The text ends with a NUL and is there for ever.
 */
const char *cognito_srp_kernel(void);

/**
 * For those who keep the order of the messages themselves: a sign-in with a password, of which SRP_A is known.
 *
 * @param options those of cognito_srp_sign_in_new that name the user, and what goes with every request: `Admin`, `ClientMetadata` and
 * the like; the others are not looked at
 * @param a NULL, to have it drawn. One that is given (big-endian, 1 to 1024 bytes) is for test vectors: if it is not fresh
 * and random, it gives the password away.
 * @param result the login
 * @return OK; ARGUMENT; MACHINE.
 */
enum cognito_srp_status cognito_srp_password_login_new(const char *options,
                                                       size_t options_length,
                                                       const uint8_t *a,
                                                       size_t a_length,
                                                       cognito_srp_handle *result);

/**
 * A remembered device's login. Of `options`, `Username` is the one that the service gave, and `Device` is required.
 *
 * @param a as for cognito_srp_password_login_new
 * @param result the login
 * @return OK; ARGUMENT; MACHINE.
 */
enum cognito_srp_status cognito_srp_device_login_new(const char *options,
                                                     size_t options_length,
                                                     const uint8_t *a,
                                                     size_t a_length,
                                                     cognito_srp_handle *result);

/**
 * SRP_A, of a login of either kind.
 *
 * @param result a VALUE of text: at most 768 hex digits, no secret
 * @return OK; HANDLE; BUSY.
 */
enum cognito_srp_status cognito_srp_login_srp_a(cognito_srp_handle login, cognito_srp_handle *result);

/**
 * The answer to PASSWORD_VERIFIER, or of a device's login to DEVICE_PASSWORD_VERIFIER: the body of RespondToAuthChallenge.
 *
 * A login makes one claim: afterwards it is spent. A challenge that cannot be read, or has another ChallengeName, spends nothing.
 *
 * @param challenge the body of the reply that has the challenge
 * @param password the person's; NULL for a device's login, which has its own. It is only read: wipe your copy. NULL with the length 0
 * is an absent password here: of a person's login that is ARGUMENT, and an empty one is a pointer with the length 0.
 * @param now the time, in seconds since 1970: not in milliseconds
 * @param result a VALUE of text: JSON
 * @return OK; REPLY; ARGUMENT where the login is spent, the time is out of range, a device's login got a password, or another got none;
 * HANDLE; BUSY.
 */
enum cognito_srp_status cognito_srp_login_claim(cognito_srp_handle login,
                                                const char *challenge,
                                                size_t challenge_length,
                                                const char *password,
                                                size_t password_length,
                                                int64_t now,
                                                cognito_srp_handle *result);

/**
 * A password for a device that the service offers to remember, and the verifier that ConfirmDevice takes.
 *
 * @param result a VALUE of text, which is a secret: a JSON object with `Device`, to be stored once ConfirmDevice has succeeded,
 * and `DeviceSecretVerifierConfig`, to be sent with it
 * @return OK; REPLY where the two are not such as the service gives; MACHINE.
 */
enum cognito_srp_status cognito_srp_enroll_device(const char *device_key,
                                                  size_t device_key_length,
                                                  const char *device_group_key,
                                                  size_t device_group_key_length,
                                                  cognito_srp_handle *result);

/**
 * SECRET_HASH over the USERNAME of the same request, for operations outside sign-in such as SignUp.
 *
 * @param result a VALUE of text
 * @return OK; ARGUMENT where the client's secret is empty.
 */
enum cognito_srp_status cognito_srp_secret_hash(const char *username,
                                                size_t username_length,
                                                const char *client_id,
                                                size_t client_id_length,
                                                const char *client_secret,
                                                size_t client_secret_length,
                                                cognito_srp_handle *result);

/**
 * base^exponent mod N, for the 3072-bit N of Cognito. As in all that follow, integers are big-endian bytes, with any zeros in
 * front, and what comes out is a secret.
 *
 * Constant time, but for the length of the exponent, and for the reading of the base: how many zeros it begins with, how it compares
 * with N, and whether it is 2.
 *
 * @param base below N
 * @param exponent at most 1024 bytes
 * @param result a VALUE of 384 bytes
 * @return OK; ARGUMENT.
 */
enum cognito_srp_status cognito_srp_modpow(const uint8_t *base,
                                           size_t base_length,
                                           const uint8_t *exponent,
                                           size_t exponent_length,
                                           cognito_srp_handle *result);

/**
 * S = (B - k * g^x)^(a + u * x) mod N.
 *
 * @param a 1 to 1024 bytes, fresh and random, and used once: otherwise what comes out gives the password away
 * @param b_public B, in 1..N-1
 * @param u not 0, and as x at most 32 bytes
 * @param result a VALUE of 384 bytes
 * @return OK; ARGUMENT.
 */
enum cognito_srp_status cognito_srp_compute_s(const uint8_t *a,
                                              size_t a_length,
                                              const uint8_t *b_public,
                                              size_t b_public_length,
                                              const uint8_t *u,
                                              size_t u_length,
                                              const uint8_t *x,
                                              size_t x_length,
                                              cognito_srp_handle *result);

/**
 * The key of PASSWORD_CLAIM_SIGNATURE: u, x, S and K in one call.
 *
 * @param a as for cognito_srp_compute_s
 * @param salt at most 512 bytes
 * @param scope the pool's name behind `_`; of a device its DeviceGroupKey
 * @param name USER_ID_FOR_SRP; of a device its DeviceKey
 * @param result a VALUE of 16 bytes
 * @return OK; ARGUMENT.
 */
enum cognito_srp_status cognito_srp_claim_key(const uint8_t *a,
                                              size_t a_length,
                                              const uint8_t *b_public,
                                              size_t b_public_length,
                                              const uint8_t *salt,
                                              size_t salt_length,
                                              const char *scope,
                                              size_t scope_length,
                                              const char *name,
                                              size_t name_length,
                                              const char *password,
                                              size_t password_length,
                                              cognito_srp_handle *result);

/**
 * DeviceSecretVerifierConfig of a device for a salt that is given. cognito_srp_enroll_device draws both.
 *
 * @param salt at most 512 bytes
 * @param result a VALUE of text: JSON
 * @return OK; ARGUMENT.
 */
enum cognito_srp_status cognito_srp_device_verifier(const char *device_key,
                                                    size_t device_key_length,
                                                    const char *device_group_key,
                                                    size_t device_group_key_length,
                                                    const char *device_password,
                                                    size_t device_password_length,
                                                    const uint8_t *salt,
                                                    size_t salt_length,
                                                    cognito_srp_handle *result);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* COGNITO_SRP_H */
