//! What the service refuses with, against the world: the error names that AWS documents, texts as people quoted them, and
//! what `testpool` says to a client that gets something wrong; there, too, that trying again helps where it is said to.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use cognito_srp_core::{Cause, Refusal, Retry};
use serde_json::{Value, json};
use testpool::{Client, DeviceTracking, Factor, MfaConfiguration, NewUser, Pool, Seed, ServiceError, Settings};

/// The errors that AWS's API model has for the operations of a sign-in: see `tests/api_model.rs`.
fn documented() -> BTreeSet<String> {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/api-model.json");
    let model: Value = serde_json::from_str(&fs::read_to_string(model).unwrap()).unwrap();
    let operations = model["Operations"].as_object().unwrap().values();
    let errors = operations.flat_map(|operation| operation["errors"].as_array().unwrap());
    let names: BTreeSet<_> = errors.map(|name| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 30, "the model has changed");
    names
}

/// Name, text, and who quotes it: an issue on GitHub, an emulator for its own words, or applications that compare with this
/// very text.
type Quotation = (&'static str, &'static str, &'static str);

const QUOTED: &[(Cause, &[Quotation])] = &[
    (
        Cause::WrongUserOrPassword,
        &[
            (NOT_AUTHORIZED, "Incorrect username or password.", "amazon-cognito-identity-js #506"),
            (NOT_AUTHORIZED, "Incorrect username or password", "ministack, floci"),
        ],
    ),
    (Cause::UnknownUser, &[("UserNotFoundException", "User does not exist.", "ministack")]),
    (
        Cause::UserDisabled,
        &[(NOT_AUTHORIZED, "User is disabled.", "applications"), (NOT_AUTHORIZED, "User is disabled", "moto")],
    ),
    (Cause::UserNotConfirmed, &[("UserNotConfirmedException", "User is not confirmed.", "ministack")]),
    (
        Cause::PasswordResetRequired,
        &[("PasswordResetRequiredException", "Password reset required for the user", "ministack")],
    ),
    (
        Cause::TemporaryPasswordExpired,
        &[
            (NOT_AUTHORIZED, "Temporary password has expired and must be reset by an administrator.", "applications"),
            (NOT_AUTHORIZED, "User account has expired, it must be reset by an administrator.", "applications"),
        ],
    ),
    (
        Cause::AttemptsExceeded,
        &[
            (NOT_AUTHORIZED, "Password attempts exceeded", "amazon-cognito-identity-js #506"),
            (NOT_AUTHORIZED, "Max authentication attempts exceeded", "ministack"),
            ("LimitExceededException", "Attempt limit exceeded, please try after some time.", "aws-sdk-android #627"),
            ("TooManyFailedAttemptsException", "", "AWS's API model"),
        ],
    ),
    (
        Cause::Blocked,
        &[
            (NOT_AUTHORIZED, "Unable to login because of security reasons.", "applications"),
            (NOT_AUTHORIZED, "Request not allowed due to security reasons.", "an application"),
        ],
    ),
    (
        Cause::WrongCode,
        &[
            ("CodeMismatchException", "Invalid code or auth state for the user.", "amplify-js #3066"),
            ("CodeMismatchException", "Invalid code received for user", "ministack"),
            ("CodeMismatchException", "MFA Code Mismatch", "moto"),
            (
                "EnableSoftwareTokenMFAException",
                "Code mismatch and fail enable Software Token MFA",
                "aws-amplify-auth-starters #15",
            ),
            ("EnableSoftwareTokenMFAException", "Code mismatch", "ministack"),
            (
                INVALID_PARAMETER,
                "1 validation error detected: Value at 'userCode' failed to satisfy constraint: \
                 Member must have length greater than or equal to 6",
                "AWS's API model: UserCode, in the words of boto3 #3581",
            ),
        ],
    ),
    (
        Cause::UsedCode,
        &[("ExpiredCodeException", "Your software token has already been used once.", "amplify-swift, its tests")],
    ),
    (
        Cause::ExpiredCode,
        &[("ExpiredCodeException", "Invalid code provided, please request a code again.", "ministack, floci")],
    ),
    (Cause::CodeNotSent, &[("CodeDeliveryFailureException", "Failed to deliver the message.", "floci")]),
    (
        Cause::InvalidSession,
        &[
            (NOT_AUTHORIZED, "Invalid session for the user.", "amazon-cognito-passwordless-email-auth #17"),
            (NOT_AUTHORIZED, "Invalid session for the user, session is expired.", "applications"),
            (NOT_AUTHORIZED, "Invalid session for the user, session can only be used once.", "amplify-js #13123"),
            (NOT_AUTHORIZED, "Invalid session provided for the user.", "amplify-flutter #4890"),
            (NOT_AUTHORIZED, "Session has expired", "ministack"),
            (INVALID_PARAMETER, "Session does not exist", "ministack"),
            ("CodeMismatchException", "Invalid session provided", "an application"),
        ],
    ),
    (
        Cause::PasswordPolicy,
        &[
            (
                "InvalidPasswordException",
                "Password did not conform with policy: Password not long enough",
                "applications",
            ),
            ("InvalidPasswordException", "Provided password cannot be used for security reasons.", "applications"),
        ],
    ),
    (Cause::MissingAttribute, &[(INVALID_PARAMETER, "Invalid attributes given, address is missing", "ra-cognito #5")]),
    (
        Cause::MfaMethodNotFound,
        &[
            (
                "SoftwareTokenMFANotFoundException",
                "Software Token MFA does not exist for the user.",
                "amazon-cognito-identity-js #630",
            ),
            ("MFAMethodNotFoundException", "No MFA mechanism registered in the account.", "cognito-local"),
            (
                "EnableSoftwareTokenMFAException",
                "No software token MFA has been associated for verification.",
                "ministack",
            ),
        ],
    ),
    (
        Cause::UnknownDevice,
        &[
            (NOT_FOUND, "Device does not exist.", "amplify-android #2605"),
            (NOT_FOUND, "Device us-east-1_5d5e1a2b does not exist.", "fakecloud"),
            (INVALID_PARAMETER, "Invalid device key given.", "an application"),
        ],
    ),
    (
        Cause::InvalidToken,
        &[
            (NOT_AUTHORIZED, "Refresh Token has been revoked", "amplify-swift #3344"),
            (NOT_AUTHORIZED, "Refresh Token has expired", "amplify-swift #3496"),
            (NOT_AUTHORIZED, "Refresh Token has different Client", "ministack"),
            (NOT_AUTHORIZED, "Refresh token is missing.", "ministack"),
            (NOT_AUTHORIZED, "The user has been deleted for the associated refresh token", "ministack"),
            (NOT_AUTHORIZED, "Invalid Refresh Token.", "aws-sdk-cpp #1789"),
            (NOT_AUTHORIZED, "Invalid refresh token.", "fakecloud"),
            (NOT_AUTHORIZED, "Access Token has been revoked", "amplify-js #2205"),
            (NOT_AUTHORIZED, "Access Token has expired", "amplify-android #2481"),
            (NOT_AUTHORIZED, "Access Token does not have required scopes", "ministack"),
            (NOT_AUTHORIZED, "Could not verify signature for Access Token", "ministack"),
            (NOT_AUTHORIZED, "Access token is missing.", "ministack"),
            (NOT_AUTHORIZED, "Missing access token.", "ministack"),
            (NOT_AUTHORIZED, "Invalid Access Token", "ministack"),
            (NOT_AUTHORIZED, "Invalid access token.", "ministack, fakecloud"),
            ("RefreshTokenReuseException", "", "AWS's API model"),
        ],
    ),
    (
        Cause::WrongSecretHash,
        &[
            (
                NOT_AUTHORIZED,
                "Unable to verify secret hash for client 6npouauc8jt1fioujvblmvpise",
                "flutter_cognito_plugin #24",
            ),
            (NOT_AUTHORIZED, "SecretHash does not match for the client: 6npouauc8jt1fioujvblmvpise", "applications"),
            (
                INVALID_PARAMETER,
                "App client 6npouauc8jt1fioujvblmvpise is not configured for secret but secret hash was received",
                "pmill/aws-cognito #23",
            ),
        ],
    ),
    (
        Cause::MissingSecretHash,
        &[
            (
                NOT_AUTHORIZED,
                "Client 6g164jiups96hiec2e43tv0nt6 is configured with secret but SECRET_HASH was not received",
                "amplify-android #2504",
            ),
            (
                NOT_AUTHORIZED,
                "Client 6g164jiups96hiec2e43tv0nt6 is configured for secret but secret was not received",
                "applications",
            ),
        ],
    ),
    (
        Cause::FlowNotEnabled,
        &[
            (INVALID_PARAMETER, "USER_SRP_AUTH is not enabled for the client.", "aws-serverless-workshops #277"),
            (INVALID_PARAMETER, "CUSTOM_AUTH is not enabled for the client.", "ministack"),
            (INVALID_PARAMETER, "USER_PASSWORD_AUTH flow not enabled for this client", "applications"),
            (INVALID_PARAMETER, "Auth flow not enabled for this client", "applications"),
            (INVALID_PARAMETER, "Initiate Auth method not supported.", "soto-cognito-authentication-kit #10"),
            (INVALID_PARAMETER, "Initiate Auth method not supported", "moto #4836"),
            (INVALID_PARAMETER, "Custom auth lambda trigger is not configured for the user pool.", "applications"),
            (INVALID_PARAMETER, "Unsupported AuthFlow: USER_AUTH", "ministack"),
        ],
    ),
    (
        Cause::UnknownPoolOrClient,
        &[
            (NOT_FOUND, "User pool client 4l9rvl4mv5es1eep1qe97cautn does not exist.", "applications"),
            (NOT_FOUND, "User pool us-east-1_Example1 does not exist.", "applications"),
            (NOT_FOUND, "Client 4l9rvl4mv5es1eep1qe97cautn not found.", "ministack"),
            (NOT_FOUND, "Pool us-east-1_Example1 not found.", "ministack"),
        ],
    ),
    (
        Cause::TriggerRefused,
        &[(
            "UserLambdaValidationException",
            "CreateAuthChallenge failed with error 'challengeMetaData'.",
            "amazon-cognito-passwordless-email-auth #17",
        )],
    ),
    (
        Cause::TriggerFailed,
        &[(
            "UnexpectedLambdaException",
            "PostAuthentication invocation failed due to error Socket timeout while invoking Lambda function.",
            "amazon-cognito-identity-dart-2 #204",
        )],
    ),
    (
        Cause::TimestampNotUnderstood,
        &[
            (
                INVALID_PARAMETER,
                "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
                "amazon-cognito-identity-js #683",
            ),
            (INVALID_PARAMETER, "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english", "pycognito #122"),
        ],
    ),
    (
        Cause::MissingParameter,
        &[
            (INVALID_PARAMETER, "Missing required parameter SRP_A", "aws-sdk-cpp #452"),
            (INVALID_PARAMETER, "Missing required parameter Session", "amazon-cognito-identity-js #365"),
            (
                INVALID_PARAMETER,
                "1 validation error detected: Value null at 'sub' failed to satisfy constraint: Member must not be null",
                "amazon-cognito-auth-js #65",
            ),
            (INVALID_PARAMETER, "USERNAME is required.", "ministack"),
        ],
    ),
    (
        Cause::InvalidParameter,
        &[
            (
                INVALID_PARAMETER,
                "1 validation error detected: Value 'ap-northeast-1_xxxxxxxxx' at 'clientId' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: [\\w+]+",
                "boto3 #3581",
            ),
            (INVALID_PARAMETER, "", "cognito-local"),
            ("SerializationException", "Invalid JSON", "ministack"),
        ],
    ),
    (Cause::Forbidden, &[("ForbiddenException", "Request not allowed due to WAF block.", "applications")]),
    (
        Cause::AwsCredentials,
        &[
            (
                "AccessDeniedException",
                "User: arn:aws:iam::123456789012:user/podcast is not authorized to perform: cognito-idp:AdminInitiateAuth",
                "soto-cognito-authentication-kit #5",
            ),
            (
                "InvalidSignatureException",
                "The request signature we calculated does not match the signature you provided.",
                "aws-sdk-js #1985",
            ),
        ],
    ),
    (Cause::LimitExceeded, &[("LimitExceededException", "", "AWS's API model")]),
    // moto has the user's name as the text, cognito-local one text for everything.
    (
        Cause::NotAuthorized,
        &[(NOT_AUTHORIZED, "alice", "moto"), (NOT_AUTHORIZED, "User not authorized", "cognito-local")],
    ),
    (Cause::NotFound, &[(NOT_FOUND, "Resource not found", "cognito-local")]),
    (Cause::Unknown, &[("SomeLaterException", "Incorrect username or password.", "nobody")]),
];

const NOT_AUTHORIZED: &str = "NotAuthorizedException";
const INVALID_PARAMETER: &str = "InvalidParameterException";
const NOT_FOUND: &str = "ResourceNotFoundException";

#[test]
fn every_documented_name_is_known_whatever_the_text() {
    for name in &documented() {
        for text in ["", "A text that nobody has written yet."] {
            assert_ne!(Refusal::new(name.as_str(), text).cause(), Cause::Unknown, "{name}");
        }
    }
}

#[test]
fn quoted_texts_mean_what_those_who_quote_them_found() {
    for &(cause, quotations) in QUOTED {
        for &(name, text, source) in quotations {
            assert_eq!(Refusal::new(name, text).cause(), cause, "{name}: {text} ({source})");
        }
    }
}

#[test]
fn a_text_decides_only_beside_its_own_name() {
    let texts = QUOTED.iter().flat_map(|(_, quotations)| *quotations).map(|&(_, text, _)| text);
    for text in texts {
        assert_eq!(Refusal::new("UserNotFoundException", text).cause(), Cause::UnknownUser, "{text}");
        assert_eq!(Refusal::new("ThrottlingException", text).cause(), Cause::TooManyRequests, "{text}");
    }
    // A trigger's own words stand inside a text, and its first words are the service's.
    let text = "PreAuthentication failed with error Password attempts exceeded.";
    assert_eq!(Refusal::new("UserLambdaValidationException", text).cause(), Cause::TriggerRefused);
    assert_eq!(Refusal::new(NOT_AUTHORIZED, text).cause(), Cause::NotAuthorized);
}

#[test]
fn every_cause_is_met() {
    let quoted = QUOTED.iter().map(|&(cause, _)| cause);
    let by_name = documented().into_iter().map(|name| Refusal::new(name, "").cause());
    let met: Vec<_> = quoted.chain(by_name).collect();
    for cause in Cause::ALL {
        assert!(met.contains(cause), "{cause:?}");
    }
}

#[test]
fn causes_are_shown_in_words_of_their_own() {
    let shown: BTreeSet<_> = Cause::ALL.iter().map(Cause::to_string).collect();
    assert_eq!(shown.len(), Cause::ALL.len());
    assert!(shown.iter().all(|text| !text.ends_with('.') && !text.contains("Exception")), "{shown:?}");
}

#[test]
fn the_name_is_understood_in_every_form_it_travels_in() {
    for name in [
        "NotAuthorizedException",
        "com.amazonaws.cognito.identity.idp.model#NotAuthorizedException",
        "CognitoLocal#NotAuthorizedException",
        "NotAuthorizedException:",
        "NotAuthorizedException:http://internal.amazon.com/coral/com.amazonaws.cognito.identity.idp.model/",
        "com.amazonaws.cognito.identity.idp.model#NotAuthorizedException:http://internal.amazon.com/coral/",
        "NotAuthorizedException,NotAuthorizedException",
    ] {
        let refusal = Refusal::new(name, "User is disabled.");
        assert_eq!(refusal.cause(), Cause::UserDisabled, "{name}");
        assert_eq!((refusal.name(), refusal.message()), (name, "User is disabled."));
        assert_eq!(refusal.to_string(), format!("{name}: User is disabled."));
    }
    for name in
        ["", ":", "#", "notauthorizedexception", "NotAuthorized", "NotAuthorizedException2", "#User is disabled."]
    {
        assert_eq!(Refusal::new(name, "User is disabled.").cause(), Cause::Unknown, "{name}");
    }
}

#[test]
fn a_name_is_read_up_to_256_bytes() {
    let name = |length: usize| format!("{:>length$}", "#UserNotFoundException");
    assert_eq!(Refusal::new(name(256), "").cause(), Cause::UnknownUser);
    assert_eq!(Refusal::new(name(257), "").cause(), Cause::Unknown);
}

#[test]
fn what_is_unknown_stays_unknown_and_keeps_its_text() {
    let refusal = Refusal::new("SomeLaterException", "Something else \u{1f40e} went wrong.");
    assert_eq!(refusal.cause(), Cause::Unknown);
    assert_eq!(refusal.cause().retry(), Retry::No);
    assert_eq!(refusal.to_string(), "SomeLaterException: Something else \u{1f40e} went wrong.");
    assert_eq!(Refusal::new("InternalErrorException", "").to_string(), "InternalErrorException");
    let error: &dyn std::error::Error = &refusal;
    assert!(error.source().is_none());
}

#[test]
fn a_text_cut_anywhere_is_read_without_a_panic() {
    let text =
        "Client \u{1f40e}\u{1f40e} is configured with secret but SECRET_HASH was not received \u{1f40e}".repeat(9);
    for (end, _) in text.char_indices() {
        let cause = Refusal::new(NOT_AUTHORIZED, &text[..end]).cause();
        assert!(matches!(cause, Cause::NotAuthorized | Cause::MissingSecretHash), "{end}");
    }
}

#[test]
fn a_huge_refusal_costs_no_more_than_a_small_one() {
    let huge = "Client ".repeat(15 << 20);
    for refusal in
        [Refusal::new(NOT_AUTHORIZED, &*huge), Refusal::new(&*huge, ""), Refusal::new("#".repeat(100 << 20), "")]
    {
        let took = (0..5).map(|_| {
            let start = Instant::now();
            assert!(matches!(refusal.cause(), Cause::NotAuthorized | Cause::Unknown));
            start.elapsed()
        });
        let took = took.min().unwrap();
        assert!(took < Duration::from_millis(1), "{took:?}");
    }
}

// What testpool says, and whether trying again helps.

const USER: &str = "alice";
const PASSWORD: &str = "Wonderland1!";
const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXP";
const NOW: i64 = 1_793_696_825;
const TIMESTAMP: &str = "Wed Nov 4 09:07:05 UTC 2026";

type Reply = Result<Value, ServiceError>;

struct World(Pool);

impl World {
    fn new(settings: Settings, user: NewUser) -> Self {
        let clients = [("open", None), ("secret", Some("1ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b"))];
        let client = |(id, secret): (&str, Option<&str>)| Client { id: id.into(), secret: secret.map(str::to_owned) };
        let seed = Seed { pool: settings, clients: clients.map(client).into(), users: vec![user] };
        let mut pool = seed.into_pool([5; 32]).unwrap();
        pool.set_now(NOW);
        Self(pool)
    }

    fn ask(&mut self, operation: &str, body: &Value) -> Reply {
        self.0.handle(operation, body)
    }

    fn initiate(&mut self, flow: &str, parameters: &Value) -> Reply {
        self.ask("InitiateAuth", &json!({ "ClientId": "open", "AuthFlow": flow, "AuthParameters": parameters }))
    }

    /// Signs in with the password itself, and with what else there is.
    fn password(&mut self, parameters: &Value) -> Reply {
        let mut all = json!({ "USERNAME": USER, "PASSWORD": PASSWORD });
        all.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
        self.initiate("USER_PASSWORD_AUTH", &all)
    }

    /// Answers the challenge of a reply.
    fn respond(&mut self, reply: &Value, responses: &Value) -> Reply {
        let mut all = json!({ "USERNAME": USER });
        all.as_object_mut().unwrap().extend(responses.as_object().unwrap().clone());
        let body = json!({
            "ClientId": "open",
            "ChallengeName": reply["ChallengeName"],
            "Session": reply["Session"],
            "ChallengeResponses": all,
        });
        self.ask("RespondToAuthChallenge", &body)
    }
}

fn plain() -> World {
    World::new(Settings::default(), user())
}

fn user() -> NewUser {
    NewUser { username: USER.into(), password: PASSWORD.into(), ..NewUser::default() }
}

fn has_tokens(reply: &Reply) -> bool {
    reply.as_ref().is_ok_and(|reply| reply["AuthenticationResult"]["AccessToken"].is_string())
}

#[track_caller]
fn refused(reply: Reply, cause: Cause, retry: Retry) {
    let error = reply.unwrap_err();
    let refusal = Refusal::new(error.name, error.message);
    assert_eq!(refusal.cause(), cause, "{refusal}");
    assert_eq!(cause.retry(), retry, "{refusal}");
}

#[test]
fn a_wrong_password_is_corrected_by_starting_again() {
    let mut world = plain();
    let reply = world.password(&json!({ "PASSWORD": "Wonderland2!" }));
    refused(reply, Cause::WrongUserOrPassword, Retry::StartAgain);
    assert!(has_tokens(&world.password(&json!({}))));
}

#[test]
fn an_unknown_user_is_told_apart_only_where_the_pool_tells() {
    let mut world = plain();
    let reply = world.password(&json!({ "USERNAME": "bob" }));
    refused(reply, Cause::UnknownUser, Retry::StartAgain);

    let mut world = World::new(Settings { prevent_user_existence_errors: true, ..Settings::default() }, user());
    let reply = world.password(&json!({ "USERNAME": "bob" }));
    refused(reply, Cause::WrongUserOrPassword, Retry::StartAgain);
}

#[test]
fn a_proof_is_refused_by_what_is_wrong_with_it() {
    let mut world = plain();
    let reply = world.initiate("USER_SRP_AUTH", &json!({ "USERNAME": USER }));
    refused(reply, Cause::MissingParameter, Retry::No);
    let reply = world.initiate("USER_SRP_AUTH", &json!({ "USERNAME": USER, "SRP_A": "minus one" }));
    refused(reply, Cause::InvalidParameter, Retry::No);

    let challenge = world.initiate("USER_SRP_AUTH", &json!({ "USERNAME": USER, "SRP_A": "2" })).unwrap();
    let mut prove = |name: &str, value: Value| {
        let mut responses = json!({
            "PASSWORD_CLAIM_SECRET_BLOCK": challenge["ChallengeParameters"]["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": "AAAA",
            "TIMESTAMP": TIMESTAMP,
        });
        responses[name] = value;
        world.respond(&challenge, &responses)
    };
    refused(prove("TIMESTAMP", json!("yesterday")), Cause::TimestampNotUnderstood, Retry::No);
    refused(prove("TIMESTAMP", Value::Null), Cause::MissingParameter, Retry::No);
    refused(prove("PASSWORD_CLAIM_SIGNATURE", json!("BBBB")), Cause::WrongUserOrPassword, Retry::StartAgain);
    refused(prove("PASSWORD_CLAIM_SECRET_BLOCK", json!("CCCC")), Cause::WrongUserOrPassword, Retry::StartAgain);
}

#[test]
fn a_secret_hash_is_missing_or_wrong() {
    let mut world = plain();
    let mut sign_in = |secret_hash: Value| {
        let parameters = json!({ "USERNAME": USER, "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash });
        let body = json!({ "ClientId": "secret", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        world.ask("InitiateAuth", &body)
    };
    refused(sign_in(Value::Null), Cause::MissingSecretHash, Retry::No);
    refused(sign_in(json!("AAAA")), Cause::WrongSecretHash, Retry::No);
}

#[test]
fn a_wrong_code_is_corrected_in_the_same_session() {
    let user = NewUser { mfa: [Factor::SoftwareTokenMfa].into(), totp_secret: Some(TOTP_SECRET.into()), ..user() };
    let mut world = World::new(Settings::default(), user);
    let challenge = world.password(&json!({})).unwrap();
    let reply = world.respond(&challenge, &json!({ "SOFTWARE_TOKEN_MFA_CODE": "no code" }));
    refused(reply, Cause::WrongCode, Retry::AnotherAnswer);
    let code = testpool::totp::code(TOTP_SECRET, NOW).unwrap();
    assert!(has_tokens(&world.respond(&challenge, &json!({ "SOFTWARE_TOKEN_MFA_CODE": code }))));
}

#[test]
fn a_new_password_is_corrected_in_the_same_session() {
    let settings = Settings { required_attributes: ["email".to_owned()].into(), ..Settings::default() };
    let mut world = World::new(settings, NewUser { temporary: true, ..user() });
    let challenge = world.password(&json!({})).unwrap();
    let reply = world.respond(&challenge, &json!({ "NEW_PASSWORD": "weak" }));
    refused(reply, Cause::PasswordPolicy, Retry::AnotherAnswer);
    let reply = world.respond(&challenge, &json!({ "NEW_PASSWORD": "Wonderland2!" }));
    refused(reply, Cause::MissingAttribute, Retry::AnotherAnswer);
    let responses = json!({ "NEW_PASSWORD": "Wonderland2!", "userAttributes.email": "alice@example.com" });
    assert!(has_tokens(&world.respond(&challenge, &responses)));
}

#[test]
fn an_unknown_device_is_left_out() {
    let mut world = World::new(Settings { devices: DeviceTracking::Always, ..Settings::default() }, user());
    let reply = world.password(&json!({ "DEVICE_KEY": "us-east-1_forgotten" }));
    refused(reply, Cause::UnknownDevice, Retry::StartAgain);
    let reply = world.password(&json!({}));
    assert!(has_tokens(&reply));

    let access_token = &reply.unwrap()["AuthenticationResult"]["AccessToken"];
    let mut confirm = |salt: &str| {
        let config = json!({ "PasswordVerifier": "AAAA", "Salt": salt });
        let body = json!({
            "AccessToken": access_token,
            "DeviceKey": "us-east-1_another",
            "DeviceSecretVerifierConfig": config,
        });
        world.ask("ConfirmDevice", &body)
    };
    refused(confirm("AAAA"), Cause::UnknownDevice, Retry::StartAgain);
    refused(confirm("not base64"), Cause::InvalidParameter, Retry::No);
}

#[test]
fn a_session_of_nothing_is_invalid() {
    let reply =
        plain().respond(&json!({ "ChallengeName": "SMS_MFA", "Session": "AYABe" }), &json!({ "SMS_MFA_CODE": "1" }));
    refused(reply, Cause::InvalidSession, Retry::StartAgain);
}

#[test]
fn what_the_pool_does_not_have_or_allow_is_named() {
    let mut world = plain();
    let body = json!({ "ClientId": "nobody", "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {} });
    refused(world.ask("InitiateAuth", &body), Cause::UnknownPoolOrClient, Retry::No);
    let body = json!({ "UserPoolId": "us-east-1_None", "ClientId": "open", "AuthFlow": "USER_SRP_AUTH" });
    refused(world.ask("AdminInitiateAuth", &body), Cause::UnknownPoolOrClient, Retry::No);
    for flow in ["ADMIN_USER_PASSWORD_AUTH", "CUSTOM_AUTH"] {
        refused(world.initiate(flow, &json!({ "USERNAME": USER })), Cause::FlowNotEnabled, Retry::No);
    }
    refused(world.initiate("NO_FLOW", &json!({})), Cause::InvalidParameter, Retry::No);
    refused(world.initiate("USER_SRP_AUTH", &json!({})), Cause::MissingParameter, Retry::No);
    let body = json!({ "UserPoolId": Settings::default().pool_id, "Username": USER });
    refused(world.ask("AdminCreateUser", &body), Cause::AliasExists, Retry::No);
    refused(world.ask("NoOperation", &json!({})), Cause::Unknown, Retry::No);
}

#[test]
fn a_token_that_is_no_good_asks_for_a_new_sign_in() {
    let mut world = plain();
    let reply = world.initiate("REFRESH_TOKEN_AUTH", &json!({ "REFRESH_TOKEN": "eyJ" }));
    refused(reply, Cause::InvalidToken, Retry::StartAgain);
    refused(world.ask("GetUser", &json!({ "AccessToken": "eyJ" })), Cause::InvalidToken, Retry::StartAgain);
    let reply = world.password(&json!({})).unwrap();
    world.0.set_now(NOW + 1_000_000);
    let body = json!({ "AccessToken": reply["AuthenticationResult"]["AccessToken"] });
    refused(world.ask("GetUser", &body), Cause::InvalidToken, Retry::StartAgain);
}

#[test]
fn an_authenticator_app_is_set_up_after_a_wrong_code() {
    let mut world = World::new(Settings { mfa: MfaConfiguration::On, ..Settings::default() }, user());
    let challenge = world.password(&json!({})).unwrap();
    let mut asking = json!({ "Session": challenge["Session"], "UserCode": "000000" });
    refused(world.ask("VerifySoftwareToken", &asking), Cause::MfaMethodNotFound, Retry::No);
    let reply = world.ask("AssociateSoftwareToken", &asking).unwrap();
    asking["Session"] = reply["Session"].clone();
    for code in ["000000", "00000", "000 000", "no code"] {
        asking["UserCode"] = code.into();
        refused(world.ask("VerifySoftwareToken", &asking), Cause::WrongCode, Retry::AnotherAnswer);
    }
    asking["UserCode"] = testpool::totp::code(reply["SecretCode"].as_str().unwrap(), NOW).into();
    world.ask("VerifySoftwareToken", &asking).unwrap();
}
