//! Second factors: codes by message, authenticator apps, the choice among several, the first setup.

use serde_json::{Value, json};
use testpool::{Factor, MfaConfiguration, NewUser, Settings, totp};

use crate::client::{NOW, PASSWORD, World, access_token, alice, assert_asked, assert_refused, assert_signed_in};

const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn with_factors(factors: &[Factor]) -> NewUser {
    let attributes = [("email", "alice@example.com"), ("phone_number", "+15550001234")];
    NewUser {
        attributes: attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        mfa: factors.iter().copied().collect(),
        totp_secret: Some(TOTP_SECRET.to_owned()),
        ..alice()
    }
}

fn world(factors: &[Factor]) -> World {
    World::new(Settings::default(), vec![with_factors(factors)])
}

fn totp_at(unix_seconds: i64) -> String {
    totp::code(TOTP_SECRET, unix_seconds).unwrap()
}

#[test]
fn code_by_message_completes_the_sign_in() {
    for (factor, challenge_name, parameter, medium) in
        [(Factor::SmsMfa, "SMS_MFA", "SMS_MFA_CODE", "SMS"), (Factor::EmailOtp, "EMAIL_OTP", "EMAIL_OTP_CODE", "EMAIL")]
    {
        let mut world = world(&[factor]);
        let challenge = assert_asked(&world.sign_in("alice", PASSWORD), challenge_name);
        assert_eq!(challenge["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"], medium);
        let code = world.pool.last_code("alice").unwrap().to_owned();
        let wrong = world.respond(&challenge, json!({ (parameter): "000000x" }));
        assert_refused(&wrong, "CodeMismatchException", "Invalid code received for user");
        assert_signed_in(&world.respond(&challenge, json!({ (parameter): code })));
    }
}

#[test]
fn challenge_is_answered_under_its_own_name() {
    let mut world = world(&[Factor::SmsMfa]);
    let mut challenge = world.sign_in("alice", PASSWORD).unwrap();
    let code = world.pool.last_code("alice").unwrap().to_owned();
    challenge["ChallengeName"] = json!("EMAIL_OTP");
    let reply = world.respond(&challenge, json!({ "SMS_MFA_CODE": code }));
    assert_refused(&reply, "NotAuthorizedException", "Invalid session for the user.");
}

#[test]
fn code_may_be_fixed_beforehand() {
    let user = NewUser { code: Some("123456".to_owned()), ..with_factors(&[Factor::SmsMfa]) };
    let mut world = World::new(Settings::default(), vec![user]);
    let challenge = world.sign_in("alice", PASSWORD).unwrap();
    assert_signed_in(&world.respond(&challenge, json!({ "SMS_MFA_CODE": "123456" })));
}

#[test]
fn authenticator_app_may_be_one_step_off() {
    let mut world = world(&[Factor::SoftwareTokenMfa]);
    let challenge = assert_asked(&world.sign_in("alice", PASSWORD), "SOFTWARE_TOKEN_MFA");
    for seconds in [-30, 0, 30] {
        let responses = json!({ "SOFTWARE_TOKEN_MFA_CODE": totp_at(NOW + seconds) });
        assert_signed_in(&world.respond(&challenge, responses));
    }
    for seconds in [-60, 60] {
        let reply = world.respond(&challenge, json!({ "SOFTWARE_TOKEN_MFA_CODE": totp_at(NOW + seconds) }));
        assert_refused(&reply, "CodeMismatchException", "Invalid code received for user");
    }
    let missing = world.respond(&challenge, json!({}));
    let message = "Missing required parameter SOFTWARE_TOKEN_MFA_CODE";
    assert_refused(&missing, "InvalidParameterException", message);
}

#[test]
fn user_with_several_factors_chooses() {
    let mut world = world(&[Factor::SmsMfa, Factor::EmailOtp, Factor::SoftwareTokenMfa]);
    let offer = assert_asked(&world.sign_in("alice", PASSWORD), "SELECT_MFA_TYPE");
    let choices = offer["ChallengeParameters"]["MFAS_CAN_CHOOSE"].as_str().unwrap();
    let choices: Value = serde_json::from_str(choices).unwrap();
    assert_eq!(choices, json!(["SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"]));
    for (answer, challenge) in [
        ("SMS_MFA", "SMS_MFA"),
        ("EMAIL_MFA", "EMAIL_OTP"),
        ("EMAIL_OTP", "EMAIL_OTP"),
        ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA"),
    ] {
        assert_asked(&world.respond(&offer, json!({ "ANSWER": answer })), challenge);
    }
    let reply = world.respond(&offer, json!({ "ANSWER": "PIGEON" }));
    assert_refused(&reply, "MFAMethodNotFoundException", "No MFA mechanism registered in the account.");
}

#[test]
fn preferred_factor_is_asked_for_at_once() {
    let factors = [Factor::SmsMfa, Factor::SoftwareTokenMfa];
    let user = NewUser { preferred_mfa: Some(Factor::SoftwareTokenMfa), ..with_factors(&factors) };
    let mut world = World::new(Settings::default(), vec![user]);
    assert_asked(&world.sign_in("alice", PASSWORD), "SOFTWARE_TOKEN_MFA");
}

#[test]
fn factor_without_an_address_is_not_asked_for() {
    let user = NewUser { mfa: [Factor::SmsMfa, Factor::EmailOtp, Factor::SoftwareTokenMfa].into(), ..alice() };
    let mut world = World::new(Settings::default(), vec![user]);
    assert_signed_in(&world.sign_in("alice", PASSWORD));
}

#[test]
fn pool_without_second_factors_asks_for_none() {
    let settings = Settings { mfa: MfaConfiguration::Off, ..Settings::default() };
    let mut world = World::new(settings, vec![with_factors(&[Factor::SmsMfa])]);
    assert_signed_in(&world.sign_in("alice", PASSWORD));
}

#[test]
fn pool_that_requires_one_has_it_set_up() {
    let settings = Settings { mfa: MfaConfiguration::On, ..Settings::default() };
    let mut world = World::new(settings, vec![alice()]);
    let challenge = assert_asked(&world.sign_in("alice", PASSWORD), "MFA_SETUP");

    let associated = world.pool.handle("AssociateSoftwareToken", &json!({ "Session": challenge["Session"] })).unwrap();
    let secret = associated["SecretCode"].as_str().unwrap();
    let of_the_challenge = json!({ "Session": challenge["Session"], "UserCode": totp::code(secret, NOW).unwrap() });
    let refused = world.pool.handle("VerifySoftwareToken", &of_the_challenge);
    assert_refused(&refused, "NotAuthorizedException", "Invalid session for the user.");
    let again = world.pool.handle("AssociateSoftwareToken", &json!({ "Session": associated["Session"] }));
    assert_refused(&again, "NotAuthorizedException", "Invalid session for the user.");
    let verify = |code: &str| json!({ "Session": associated["Session"], "UserCode": code });
    let wrong = world.pool.handle("VerifySoftwareToken", &verify("000000"));
    assert_refused(&wrong, "EnableSoftwareTokenMFAException", "Code mismatch");
    for malformed in ["", "00000", "0000000", "000 00", "not it"] {
        let refused = world.pool.handle("VerifySoftwareToken", &verify(malformed)).unwrap_err();
        assert_eq!(refused.name, "InvalidParameterException", "{malformed}");
        assert!(refused.message.contains("'userCode'"), "{}", refused.message);
    }
    let code = totp::code(secret, NOW).unwrap();
    let verified = world.pool.handle("VerifySoftwareToken", &verify(&code)).unwrap();
    assert_eq!(verified["Status"], "SUCCESS");

    let early = world.respond(&challenge, json!({}));
    assert_refused(&early, "NotAuthorizedException", "Invalid session for the user.");
    let mut challenge = challenge;
    challenge["Session"] = verified["Session"].clone();
    assert_signed_in(&world.respond(&challenge, json!({})));

    assert_asked(&world.sign_in("alice", PASSWORD), "SOFTWARE_TOKEN_MFA");
}

/// Else a stolen password would be enough to set up a factor of one's own.
#[test]
fn factor_is_set_up_only_where_the_pool_asks_for_it() {
    let mut world = world(&[Factor::SmsMfa]);
    let challenge = assert_asked(&world.sign_in("alice", PASSWORD), "SMS_MFA");
    for (operation, request) in [
        ("AssociateSoftwareToken", json!({ "Session": challenge["Session"] })),
        ("VerifySoftwareToken", json!({ "Session": challenge["Session"], "UserCode": totp_at(NOW) })),
    ] {
        let reply = world.pool.handle(operation, &request);
        assert_refused(&reply, "NotAuthorizedException", "Invalid session for the user.");
    }
}

#[test]
fn user_who_is_signed_in_sets_up_a_factor() {
    let mut world = World::with_alice();
    let access_token = access_token(&world.sign_in("alice", PASSWORD));
    let asking = json!({ "AccessToken": access_token });
    let associated = world.pool.handle("AssociateSoftwareToken", &asking).unwrap();
    let code = totp::code(associated["SecretCode"].as_str().unwrap(), NOW).unwrap();
    let verify = json!({ "AccessToken": access_token, "UserCode": code });
    world.pool.handle("VerifySoftwareToken", &verify).unwrap();
    assert_signed_in(&world.sign_in("alice", PASSWORD));

    let settings = json!({ "Enabled": true, "PreferredMfa": true });
    let preference = json!({ "AccessToken": access_token, "SoftwareTokenMfaSettings": settings });
    world.pool.handle("SetUserMFAPreference", &preference).unwrap();
    assert_asked(&world.sign_in("alice", PASSWORD), "SOFTWARE_TOKEN_MFA");
    let user = world.pool.handle("GetUser", &asking).unwrap();
    assert_eq!(user["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");

    let preference = json!({
        "UserPoolId": "us-east-1_TestPool1",
        "Username": "alice",
        "SoftwareTokenMfaSettings": { "Enabled": false },
    });
    world.pool.handle("AdminSetUserMFAPreference", &preference).unwrap();
    assert_signed_in(&world.sign_in("alice", PASSWORD));
}
