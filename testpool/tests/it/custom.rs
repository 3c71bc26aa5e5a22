//! `CUSTOM_AUTH`, with SRP first and without.

use serde_json::json;
use testpool::Settings;

use crate::client::{
    NOW, PASSWORD, World, alice, assert_asked, assert_incorrect, assert_refused, assert_signed_in, srp_a, user_proof,
};

fn world() -> World {
    let settings = Settings { custom_answer: Some("42".to_owned()), ..Settings::default() };
    World::new(settings, vec![alice()])
}

#[test]
fn right_answer_is_let_in() {
    let mut world = world();
    let challenge = assert_asked(&world.initiate("CUSTOM_AUTH", json!({ "USERNAME": "alice" })), "CUSTOM_CHALLENGE");
    assert_signed_in(&world.respond(&challenge, json!({ "ANSWER": "42" })));
}

#[test]
fn three_wrong_answers_end_it() {
    let mut world = world();
    let mut challenge = world.initiate("CUSTOM_AUTH", json!({ "USERNAME": "alice" })).unwrap();
    for _ in 0..2 {
        let again = world.respond(&challenge, json!({ "ANSWER": "41" }));
        challenge = assert_asked(&again, "CUSTOM_CHALLENGE");
    }
    assert_incorrect(&world.respond(&challenge, json!({ "ANSWER": "41" })));
}

#[test]
fn srp_comes_first_where_it_is_asked_for() {
    let mut world = world();
    for (password, right) in [(PASSWORD, true), ("wrong", false)] {
        let a = world.draw_a();
        let parameters = json!({ "USERNAME": "alice", "CHALLENGE_NAME": "SRP_A", "SRP_A": srp_a(&a) });
        let challenge = assert_asked(&world.initiate("CUSTOM_AUTH", parameters), "PASSWORD_VERIFIER");
        assert!(challenge["Session"].is_string());
        let reply = world.respond(&challenge, user_proof(&challenge, &a, password, NOW));
        if right {
            let challenge = assert_asked(&reply, "CUSTOM_CHALLENGE");
            assert_signed_in(&world.respond(&challenge, json!({ "ANSWER": "42" })));
        } else {
            assert_incorrect(&reply);
        }
    }
}

#[test]
fn made_up_user_is_not_let_in_by_the_right_answer() {
    let settings =
        Settings { custom_answer: Some("42".to_owned()), prevent_user_existence_errors: true, ..Settings::default() };
    let mut world = World::new(settings, vec![alice()]);
    let challenge = assert_asked(&world.initiate("CUSTOM_AUTH", json!({ "USERNAME": "nobody" })), "CUSTOM_CHALLENGE");
    assert_incorrect(&world.respond(&challenge, json!({ "ANSWER": "42" })));
}

#[test]
fn pool_without_it_says_so() {
    let reply = World::with_alice().initiate("CUSTOM_AUTH", json!({ "USERNAME": "alice" }));
    let message = "Custom auth lambda trigger is not configured for the user pool.";
    assert_refused(&reply, "InvalidParameterException", message);
}
