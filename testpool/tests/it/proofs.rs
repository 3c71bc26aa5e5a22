//! `USER_SRP_AUTH` and `PASSWORD_VERIFIER`: which proofs are let in.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cognito_srp_reference as srp;
use num_bigint::BigUint;
use serde_json::json;
use testpool::{NewUser, Settings};

use crate::client::{
    NOW, PASSWORD, World, alice, assert_incorrect, assert_refused, assert_signed_in, bob, claim, srp_a, user_proof,
    user_proof_at,
};

#[test]
fn right_password_is_let_in() {
    let mut world = World::with_alice();
    // Each round has its own A, B and S, so that some have leading zeros.
    for _ in 0..20 {
        assert_signed_in(&world.sign_in("alice", PASSWORD));
    }
}

#[test]
fn password_is_any_text() {
    for password in ["pässwörd", "密码🔑", " blanks ", "a:b", "x", "e\u{301}"] {
        let user = NewUser { password: password.to_owned(), ..alice() };
        let mut world = World::new(Settings::default(), vec![user]);
        assert_signed_in(&world.sign_in("alice", password));
    }
}

#[test]
fn wrong_password_is_refused() {
    let mut world = World::with_alice();
    for password in ["", "tr0ub4dor&3", "Tr0ub4dor&3 ", "Tr0ub4dor&4"] {
        assert_incorrect(&world.sign_in("alice", password));
    }
}

#[test]
fn text_that_only_looks_like_the_password_is_refused() {
    let user = NewUser { password: "\u{e9}".to_owned(), ..alice() };
    let mut world = World::new(Settings::default(), vec![user]);
    assert_incorrect(&world.sign_in("alice", "e\u{301}"));
}

#[test]
fn signature_with_any_one_bit_flipped_is_refused() {
    let mut world = World::with_alice();
    let (a, challenge) = world.start("alice");
    let right = user_proof(&challenge, &a, PASSWORD, NOW);
    let signature = BASE64_STANDARD.decode(right["PASSWORD_CLAIM_SIGNATURE"].as_str().unwrap()).unwrap();
    for byte in [0, 1, 15, 16, 31] {
        let mut flipped = signature.clone();
        flipped[byte] ^= 0x10;
        let mut wrong = right.clone();
        wrong["PASSWORD_CLAIM_SIGNATURE"] = json!(BASE64_STANDARD.encode(flipped));
        assert_incorrect(&world.respond(&challenge, wrong));
    }
}

#[test]
fn signature_that_is_no_signature_is_refused() {
    let mut world = World::with_alice();
    let (a, challenge) = world.start("alice");
    for signature in ["", "?", "AAAA"] {
        let mut wrong = user_proof(&challenge, &a, PASSWORD, NOW);
        wrong["PASSWORD_CLAIM_SIGNATURE"] = json!(signature);
        assert_incorrect(&world.respond(&challenge, wrong));
    }
}

#[test]
fn secret_block_of_another_challenge_is_refused() {
    let mut world = World::with_alice();
    let (a, challenge) = world.start("alice");
    let (_, other) = world.start("alice");
    let mut wrong = user_proof(&challenge, &a, PASSWORD, NOW);
    wrong["PASSWORD_CLAIM_SECRET_BLOCK"] = other["ChallengeParameters"]["SECRET_BLOCK"].clone();
    assert_incorrect(&world.respond(&challenge, wrong.clone()));
    wrong["PASSWORD_CLAIM_SECRET_BLOCK"] = json!("QUJD");
    assert_incorrect(&world.respond(&challenge, wrong));
}

/// A `Session` names the challenge too, and does not excuse from sending its block back.
#[test]
fn secret_block_of_another_challenge_is_refused_in_a_session() {
    let settings = Settings { session_always: true, ..Settings::default() };
    let mut world = World::new(settings, vec![alice()]);
    let (a, challenge) = world.start("alice");
    let (_, other) = world.start("alice");
    let mut wrong = user_proof(&challenge, &a, PASSWORD, NOW);
    wrong["PASSWORD_CLAIM_SECRET_BLOCK"] = other["ChallengeParameters"]["SECRET_BLOCK"].clone();
    assert_incorrect(&world.respond(&challenge, wrong));
}

#[test]
fn challenge_of_another_user_is_refused() {
    let mut world = World::new(Settings::default(), vec![alice(), bob()]);
    let (a, challenge) = world.start("alice");
    let mut responses = user_proof(&challenge, &a, PASSWORD, NOW);
    responses["USERNAME"] = json!("bob@example.com");
    assert_incorrect(&world.respond(&challenge, responses));
}

#[test]
fn challenge_may_be_answered_again() {
    let mut world = World::with_alice();
    let (a, challenge) = world.start("alice");
    let answer = |world: &mut World, password| {
        let responses = user_proof(&challenge, &a, password, NOW);
        world.respond(&challenge, responses)
    };
    assert_incorrect(&answer(&mut world, "wrong"));
    assert_signed_in(&answer(&mut world, PASSWORD));
    assert_signed_in(&answer(&mut world, PASSWORD));
}

#[test]
fn integers_are_written_as_short_as_they_can_be() {
    let mut world = World::with_alice();
    let mut lengths: Vec<usize> = Vec::new();
    for _ in 0..100 {
        let (_, challenge) = world.start("alice");
        for name in ["SALT", "SRP_B"] {
            let text = challenge["ChallengeParameters"][name].as_str().unwrap();
            assert_eq!(srp::to_hex(&srp::from_hex(text).unwrap()), text, "{name}");
            lengths.push(text.len());
        }
    }
    assert!(lengths.iter().any(|length| !length.is_multiple_of(2)), "about 6 in 100 have odd length");
}

#[test]
fn srp_a_is_hexadecimal_of_any_length_and_case() {
    let mut world = World::with_alice();
    let a = world.draw_a();
    let srp_a = srp_a(&a);
    for spelling in [srp_a.to_uppercase(), format!("0{srp_a}"), format!("00{srp_a}")] {
        let challenge = world.initiate("USER_SRP_AUTH", json!({ "USERNAME": "alice", "SRP_A": spelling })).unwrap();
        assert_signed_in(&world.respond(&challenge, user_proof(&challenge, &a, PASSWORD, NOW)));
    }
    for spelling in ["", "-1", "+1", "0x1", "1 ", "1_0", "g"] {
        let error = world.initiate("USER_SRP_AUTH", json!({ "USERNAME": "alice", "SRP_A": spelling })).unwrap_err();
        assert_eq!(error.name, "InvalidParameterException", "{spelling:?}");
    }
    let nothing = world.initiate("USER_SRP_AUTH", json!({ "USERNAME": "alice" }));
    assert_refused(&nothing, "InvalidParameterException", "Missing required parameter SRP_A");
}

/// With A = 0 mod N both sides have S = 0, whatever the password.
#[test]
fn multiple_of_n_gets_a_challenge_and_lets_nobody_in() {
    let mut world = World::with_alice();
    for multiple in 0_u8..3 {
        let public = srp::n() * multiple;
        let parameters = json!({ "USERNAME": "alice", "SRP_A": srp::to_hex(&public) });
        let challenge = world.initiate("USER_SRP_AUTH", parameters).unwrap();
        let srp_b = challenge["ChallengeParameters"]["SRP_B"].as_str().unwrap();
        let u = srp::u(&public, &srp::from_hex(srp_b).unwrap());
        let key = srp::claim_key(&srp::prk(&u, &BigUint::ZERO));
        let identity = srp::Identity { scope: "TestPool1", name: "alice" };
        assert_incorrect(&world.respond(&challenge, claim(&challenge, &identity, &key, &srp::timestamp(NOW))));
    }
}

#[test]
fn secret_block_is_as_long_as_the_real_one() {
    let (_, challenge) = World::with_alice().start("alice");
    let secret_block = challenge["ChallengeParameters"]["SECRET_BLOCK"].as_str().unwrap();
    assert!((1200..1400).contains(&BASE64_STANDARD.decode(secret_block).unwrap().len()));
}

// ---- names --------------------------------------------------------------------------------------------------------

#[test]
fn alias_signs_in_under_the_internal_name() {
    let mut world = World::new(Settings::default(), vec![bob()]);
    let (a, challenge) = world.start("bob@example.com");
    let internal = challenge["ChallengeParameters"]["USER_ID_FOR_SRP"].as_str().unwrap();
    assert_ne!(internal, "bob@example.com");
    assert_signed_in(&world.respond(&challenge, user_proof(&challenge, &a, PASSWORD, NOW)));
    assert_signed_in(&world.sign_in(internal, PASSWORD));
}

#[test]
fn password_hashed_with_the_typed_alias_is_refused() {
    let mut world = World::new(Settings::default(), vec![bob()]);
    let (a, challenge) = world.start("bob@example.com");
    let mut as_typed = challenge.clone();
    as_typed["ChallengeParameters"]["USER_ID_FOR_SRP"] = json!("bob@example.com");
    assert_incorrect(&world.respond(&challenge, user_proof(&as_typed, &a, PASSWORD, NOW)));
}

#[test]
fn email_attribute_is_an_alias() {
    let attributes = [("email".to_owned(), "alice@example.com".to_owned())].into();
    let mut world = World::new(Settings::default(), vec![NewUser { attributes, ..alice() }]);
    assert_signed_in(&world.sign_in("alice@example.com", PASSWORD));
}

#[test]
fn unknown_user_is_said_to_be_unknown() {
    let mut world = World::with_alice();
    let reply = world.initiate("USER_SRP_AUTH", json!({ "USERNAME": "nobody", "SRP_A": "2" }));
    assert_refused(&reply, "UserNotFoundException", "User does not exist.");
}

#[test]
fn unknown_user_cannot_be_told_from_a_wrong_password() {
    let settings = Settings { prevent_user_existence_errors: true, ..Settings::default() };
    let mut world = World::new(settings, vec![alice()]);
    for username in ["nobody", "nobody@example.com"] {
        let (a, first) = world.start(username);
        let (_, second) = world.start(username);
        let (first_parameters, second_parameters) = (&first["ChallengeParameters"], &second["ChallengeParameters"]);
        assert_eq!(first_parameters["SALT"], second_parameters["SALT"]);
        assert_eq!(first_parameters["USER_ID_FOR_SRP"], second_parameters["USER_ID_FOR_SRP"]);
        assert_ne!(first_parameters["SRP_B"], second_parameters["SRP_B"]);
        assert_incorrect(&world.respond(&first, user_proof(&first, &a, PASSWORD, NOW)));
        let by_password = world.initiate("USER_PASSWORD_AUTH", json!({ "USERNAME": username, "PASSWORD": PASSWORD }));
        assert_incorrect(&by_password);
    }
}

// ---- time ---------------------------------------------------------------------------------------------------------

#[test]
fn signature_is_checked_over_the_canonical_timestamp() {
    let canonical = "Sat Sep 5 09:07:05 UTC 2026";
    let spellings = [
        "Sat Sep 05 09:07:05 UTC 2026",
        "Mon Sep 5 09:07:05 UTC 2026",
        "Sat Sep 5 09:07:05 GMT 2026",
        "sat sep 5 09:07:05 utc 2026",
    ];
    let mut world = World::with_alice();
    let (a, challenge) = world.start("alice");
    for spelling in spellings {
        let signed_as_sent = user_proof_at(&challenge, &a, PASSWORD, spelling);
        assert_incorrect(&world.respond(&challenge, signed_as_sent));

        let mut signed_canonically = user_proof_at(&challenge, &a, PASSWORD, canonical);
        signed_canonically["TIMESTAMP"] = json!(spelling);
        assert_signed_in(&world.respond(&challenge, signed_canonically));
    }
}

#[test]
fn timestamp_that_is_no_date_is_named() {
    let mut world = World::with_alice();
    let (a, challenge) = world.start("alice");
    for timestamp in ["", "now", "2026-11-03T09:07:05Z", "Di Nov 3 09:07:05 UTC 2026"] {
        let reply = world.respond(&challenge, user_proof_at(&challenge, &a, PASSWORD, timestamp));
        let message = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.";
        assert_refused(&reply, "InvalidParameterException", message);
    }
}

#[test]
fn old_timestamp_is_let_in() {
    let mut world = World::with_alice();
    let (a, challenge) = world.start("alice");
    let eleven_days_ago = NOW - 11 * 86_400;
    assert_signed_in(&world.respond(&challenge, user_proof(&challenge, &a, PASSWORD, eleven_days_ago)));
}

// ---- the shape of a request ---------------------------------------------------------------------------------------

#[test]
fn missing_parameters_are_named_one_at_a_time() {
    let mut world = World::with_alice();
    let (a, challenge) = world.start("alice");
    let names = ["USERNAME", "TIMESTAMP", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK"];
    for (i, first_missing) in names.iter().enumerate() {
        let mut body = world.response(&challenge, user_proof(&challenge, &a, PASSWORD, NOW));
        for missing in &names[i..] {
            body["ChallengeResponses"].as_object_mut().unwrap().remove(*missing);
        }
        let reply = world.pool.handle("RespondToAuthChallenge", &body);
        let message = format!("Missing required parameter {first_missing}");
        assert_refused(&reply, "InvalidParameterException", &message);
    }
}

#[test]
fn null_counts_as_absent() {
    let mut world = World::with_alice();
    let (a, challenge) = world.start("alice");
    let mut body = world.response(&challenge, user_proof(&challenge, &a, PASSWORD, NOW));
    body["Session"] = json!(null);
    body["ChallengeResponses"]["DEVICE_KEY"] = json!(null);
    assert_signed_in(&world.pool.handle("RespondToAuthChallenge", &body));
}

#[test]
fn user_srp_auth_has_no_session_unless_set() {
    let (_, challenge) = World::with_alice().start("alice");
    assert_eq!(challenge.get("Session"), None);

    let settings = Settings { session_always: true, ..Settings::default() };
    let mut world = World::new(settings, vec![alice()]);
    let (a, challenge) = world.start("alice");
    assert!(challenge["Session"].is_string());
    let responses = user_proof(&challenge, &a, PASSWORD, NOW);
    assert_signed_in(&world.respond(&challenge, responses.clone()));

    let mut without_session = world.response(&challenge, responses);
    without_session.as_object_mut().unwrap().remove("Session");
    assert_incorrect(&world.pool.handle("RespondToAuthChallenge", &without_session));
}

#[test]
fn session_that_was_never_given_is_refused() {
    let mut world = World::with_alice();
    let (a, challenge) = world.start("alice");
    let mut body = world.response(&challenge, user_proof(&challenge, &a, PASSWORD, NOW));
    body["Session"] = json!("a session of my own making");
    let reply = world.pool.handle("RespondToAuthChallenge", &body);
    assert_refused(&reply, "NotAuthorizedException", "Invalid session for the user.");
}

#[test]
fn admin_operations_want_the_pool() {
    let mut world = World::with_alice();
    let (a, challenge) = world.start("alice");
    let mut body = world.response(&challenge, user_proof(&challenge, &a, PASSWORD, NOW));
    body["UserPoolId"] = json!("us-east-1_TestPool1");
    assert_signed_in(&world.pool.handle("AdminRespondToAuthChallenge", &body));
    body["UserPoolId"] = json!("us-east-1_Another");
    let reply = world.pool.handle("AdminRespondToAuthChallenge", &body);
    assert_refused(&reply, "ResourceNotFoundException", "User pool us-east-1_Another does not exist.");
}

#[test]
fn client_of_another_pool_is_refused() {
    let mut world = World::with_alice();
    let body = json!({ "ClientId": "stranger", "AuthFlow": "USER_SRP_AUTH" });
    let reply = world.pool.handle("InitiateAuth", &body);
    assert_refused(&reply, "ResourceNotFoundException", "User pool client stranger does not exist.");
}

#[test]
fn challenge_belongs_to_one_client() {
    let mut world = World::with_alice();
    world.pool.add_client(testpool::Client { id: "another".to_owned(), secret: None });
    let (a, challenge) = world.start("alice");
    let mut body = world.response(&challenge, user_proof(&challenge, &a, PASSWORD, NOW));
    body["ClientId"] = json!("another");
    assert_incorrect(&world.pool.handle("RespondToAuthChallenge", &body));
}
