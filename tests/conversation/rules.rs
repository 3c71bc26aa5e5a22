//! What holds of every request, whatever the sign-in.

use std::collections::BTreeSet;

use cognito_srp_core::{AuthFlow, ChallengeName, ChallengeResponse, Flow, Message, Parameters, Request};
use cognito_srp_reference::secret_hash;

use crate::{
    known::Known,
    world::{CLIENT_ID, SESSION_OF_SIGN_UP, Visit},
};

/// What a request is held against.
pub(crate) struct Rules<'a> {
    pub(crate) visit: &'a Visit,
    pub(crate) known: &'a Known,
    pub(crate) pool_id: &'a str,
    pub(crate) client_secret: Option<&'a str>,
    /// The name that the person has typed.
    pub(crate) typed: &'a str,
    /// Of the device, until the service has forgotten it.
    pub(crate) device_key: Option<&'a str>,
    pub(crate) is_first: bool,
}

impl Rules<'_> {
    /// Holds a request against what is true of every one.
    pub(crate) fn check(&self, request: &Request) {
        let admin = self.visit.admin || matches!(self.visit.flow, Flow::AdminUserPasswordAuth | Flow::AdminNoSrpAuth);
        assert_eq!(request.admin, admin);
        assert_eq!((&*request.client_id, &*request.user_pool_id), (CLIENT_ID, self.pool_id));
        assert_eq!(request.context.client_metadata.get("campaign"), self.visit.context.then_some("autumn"));
        let session = match &request.message {
            Message::InitiateAuth(message) => {
                self.check_parameters(&message.auth_parameters, initial_names(self.visit.flow));
                assert_eq!(message.auth_flow, auth_flow(self.visit.flow));
                let sends = self.is_first && self.visit.session_of_sign_up;
                let session = sends.then_some(SESSION_OF_SIGN_UP);
                assert_eq!(message.session.as_deref(), session, "the Session of ConfirmSignUp is sent once");
                return;
            }
            Message::RespondToAuthChallenge(message) => {
                assert_eq!(Some(message.challenge_name.as_str()), self.known.challenge.as_deref());
                self.check_answer(message);
                &message.session
            }
            Message::AssociateSoftwareToken(message) => &message.session,
            Message::VerifySoftwareToken(message) => &message.session,
            Message::ConfirmDevice(message) => {
                assert_eq!(message.device_name.as_deref(), self.visit.remembering.device_name());
                return;
            }
            other => panic!("no request of a sign-in: {other:?}"),
        };
        assert_eq!(session, &self.known.session, "Session is that of the last reply, if it had one");
    }

    fn check_answer(&self, message: &ChallengeResponse) {
        let responses = &message.challenge_responses;
        self.check_parameters(responses, responses_of(message));
        if let Some(block) = responses.get("PASSWORD_CLAIM_SECRET_BLOCK") {
            assert_eq!(Some(block), self.known.secret_block.as_deref(), "SECRET_BLOCK goes back as it came");
        }
    }

    /// The parameters are these, and those that every request has.
    fn check_parameters(&self, parameters: &Parameters, mut names: BTreeSet<&str>) {
        let refresh = names.contains("REFRESH_TOKEN");
        let username = self.known.named.as_deref().unwrap_or(self.typed);
        let expected = (!refresh).then_some(username);
        assert_eq!(parameters.get("USERNAME"), expected, "the name that the service gave, once it has");
        names.extend(expected.map(|_| "USERNAME"));
        let hash = self.client_secret.map(|secret| secret_hash(secret, username, CLIENT_ID));
        assert_eq!(parameters.get("SECRET_HASH"), hash.as_deref(), "over the USERNAME of the same request");
        names.extend(hash.map(|_| "SECRET_HASH"));
        assert_eq!(parameters.get("DEVICE_KEY"), self.device_key, "as long as the service knows the device");
        names.extend(self.device_key.map(|_| "DEVICE_KEY"));
        let sent: BTreeSet<&str> =
            parameters.iter().map(|(name, _)| name).filter(|name| !name.starts_with("userAttributes.")).collect();
        assert_eq!(sent, names);
        let plain = parameters.get("PASSWORD").is_none() || self.known.plain_password;
        assert!(plain, "a password goes as it is only where that was chosen");
    }
}

fn auth_flow(flow: Flow) -> AuthFlow {
    match flow {
        Flow::UserSrpAuth => AuthFlow::UserSrpAuth,
        Flow::UserAuth { .. } => AuthFlow::UserAuth,
        Flow::CustomAuth | Flow::CustomAuthWithSrp => AuthFlow::CustomAuth,
        Flow::UserPasswordAuth => AuthFlow::UserPasswordAuth,
        Flow::AdminUserPasswordAuth => AuthFlow::AdminUserPasswordAuth,
        Flow::AdminNoSrpAuth => AuthFlow::AdminNoSrpAuth,
        Flow::RefreshTokenAuth => AuthFlow::RefreshTokenAuth,
        Flow::RefreshToken => AuthFlow::RefreshToken,
        other => panic!("a flow that nobody has taught the driver: {other:?}"),
    }
}

/// AuthParameters beside those that every request has, as AWS documents them for InitiateAuth.
fn initial_names(flow: Flow) -> BTreeSet<&'static str> {
    let names: &[&str] = match flow {
        Flow::UserSrpAuth => &["SRP_A"],
        Flow::UserAuth { preferred_challenge: Some(ChallengeName::PasswordSrp) } => &["PREFERRED_CHALLENGE", "SRP_A"],
        Flow::UserAuth { preferred_challenge: Some(ChallengeName::Password) } => &["PREFERRED_CHALLENGE", "PASSWORD"],
        Flow::UserAuth { preferred_challenge: Some(_) } => &["PREFERRED_CHALLENGE"],
        Flow::UserAuth { preferred_challenge: None } | Flow::CustomAuth => &[],
        Flow::CustomAuthWithSrp => &["CHALLENGE_NAME", "SRP_A"],
        Flow::RefreshTokenAuth | Flow::RefreshToken => &["REFRESH_TOKEN"],
        _ => &["PASSWORD"],
    };
    names.iter().copied().collect()
}

/// ChallengeResponses beside those that every request has, as AWS documents them for RespondToAuthChallenge.
fn responses_of(message: &ChallengeResponse) -> BTreeSet<&'static str> {
    let names: &[&str] = match message.challenge_name {
        ChallengeName::PasswordVerifier | ChallengeName::DevicePasswordVerifier => {
            &["PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP"]
        }
        ChallengeName::DeviceSrpAuth | ChallengeName::PasswordSrp => &["SRP_A"],
        ChallengeName::SmsMfa => &["SMS_MFA_CODE"],
        ChallengeName::EmailOtp => &["EMAIL_OTP_CODE"],
        ChallengeName::SmsOtp => &["SMS_OTP_CODE"],
        ChallengeName::SoftwareTokenMfa => &["SOFTWARE_TOKEN_MFA_CODE"],
        ChallengeName::MfaSetup => &[],
        ChallengeName::NewPasswordRequired => &["NEW_PASSWORD"],
        ChallengeName::SelectMfaType | ChallengeName::CustomChallenge => &["ANSWER"],
        ChallengeName::SelectChallenge => match message.challenge_responses.get("ANSWER") {
            Some("PASSWORD") => &["ANSWER", "PASSWORD"],
            Some("PASSWORD_SRP") => &["ANSWER", "SRP_A"],
            _ => &["ANSWER"],
        },
        ChallengeName::Password | ChallengeName::AdminNoSrpAuth => &["PASSWORD"],
        ChallengeName::WebAuthn => &["CREDENTIAL"],
        other => panic!("a challenge that nobody has taught the driver: {other}"),
    };
    names.iter().copied().collect()
}
