//! The service, over AWS's SDK: a request goes out as it is, and what comes back is a reply or a refusal.

use std::{collections::HashMap, env, error::Error, ffi::OsStr, iter, mem, time::Duration};

use aws_sdk_cognitoidentityprovider::{
    Client,
    config::{
        BehaviorVersion, Config, ConfigBag, Credentials, Intercept, Region, RuntimeComponents, SharedHttpClient,
        http::HttpResponse, interceptors::BeforeDeserializationInterceptorContextMut, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        admin_initiate_auth::AdminInitiateAuthOutput,
        admin_respond_to_auth_challenge::AdminRespondToAuthChallengeOutput,
        associate_software_token::AssociateSoftwareTokenOutput, confirm_device::ConfirmDeviceOutput,
        initiate_auth::InitiateAuthOutput, respond_to_auth_challenge::RespondToAuthChallengeOutput,
        verify_software_token::VerifySoftwareTokenOutput,
    },
    types::{AuthenticationResultType, DeviceRememberedStatusType, DeviceSecretVerifierConfigType},
};
use aws_smithy_http_client::{
    Builder, Connector,
    proxy::ProxyConfig,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_types::body::SdkBody;
use cognito_srp_core::{AuthenticationResult, Message, NewDeviceMetadata, Parameters, Refusal, Reply, Request};
use http_body_util::{LengthLimitError, Limited};
use tokio::runtime::{self, Runtime};

use crate::{
    drive::MAX_REPLY,
    exit::{Exit, Failure},
};

/// What came of a request: the service's answer, or a failure of the way to it.
type Outcome<T> = Result<Result<T, Refusal>, Failure>;

pub(crate) struct Service {
    sdk: Client,
    runtime: Runtime,
}

impl Service {
    /// The service of a region, or whatever answers at `endpoint_url`. Nothing of the machine's AWS profile is read; the
    /// Admin operations take AWS credentials from the environment.
    pub(crate) fn new(region: &str, endpoint_url: Option<&str>, admin: bool) -> Result<Self, Failure> {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(10))
            .operation_attempt_timeout(Duration::from_secs(30))
            .build();
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .http_client(http_client(endpoint_url)?)
            .interceptor(LimitedReplies)
            .retry_config(RetryConfig::standard())
            .timeout_config(timeouts);
        if let Some(url) = endpoint_url {
            config = config.endpoint_url(url);
        }
        config = if admin { config.credentials_provider(credentials()?) } else { config.allow_no_auth() };
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime =
            runtime.map_err(|error| Failure::new(Exit::Other, format!("the program cannot wait: {error}")))?;
        Ok(Self { sdk: Client::from_conf(config.build()), runtime })
    }

    /// Sends a request.
    pub(crate) fn send(&self, request: Request) -> Outcome<Reply> {
        let Request { message, admin, client_id, user_pool_id, context, .. } = request;
        let metadata = map(&context.client_metadata);
        let sdk = &self.sdk;
        self.runtime.block_on(async {
            match message {
                Message::InitiateAuth(message) if admin => outcome(
                    sdk.admin_initiate_auth()
                        .user_pool_id(user_pool_id)
                        .client_id(client_id)
                        .auth_flow(message.auth_flow.as_str().into())
                        .set_auth_parameters(map(&message.auth_parameters))
                        .set_session(message.session.clone())
                        .set_client_metadata(metadata)
                        .send()
                        .await,
                ),
                Message::InitiateAuth(message) => outcome(
                    sdk.initiate_auth()
                        .client_id(client_id)
                        .auth_flow(message.auth_flow.as_str().into())
                        .set_auth_parameters(map(&message.auth_parameters))
                        .set_session(message.session.clone())
                        .set_client_metadata(metadata)
                        .send()
                        .await,
                ),
                Message::RespondToAuthChallenge(message) if admin => outcome(
                    sdk.admin_respond_to_auth_challenge()
                        .user_pool_id(user_pool_id)
                        .client_id(client_id)
                        .challenge_name(message.challenge_name.as_str().into())
                        .set_challenge_responses(map(&message.challenge_responses))
                        .set_session(message.session.clone())
                        .set_client_metadata(metadata)
                        .send()
                        .await,
                ),
                Message::RespondToAuthChallenge(message) => outcome(
                    sdk.respond_to_auth_challenge()
                        .client_id(client_id)
                        .challenge_name(message.challenge_name.as_str().into())
                        .set_challenge_responses(map(&message.challenge_responses))
                        .set_session(message.session.clone())
                        .set_client_metadata(metadata)
                        .send()
                        .await,
                ),
                Message::AssociateSoftwareToken(message) => {
                    outcome(sdk.associate_software_token().set_session(message.session.clone()).send().await)
                }
                Message::VerifySoftwareToken(message) => outcome(
                    sdk.verify_software_token()
                        .user_code(&message.user_code)
                        .set_session(message.session.clone())
                        .send()
                        .await,
                ),
                Message::ConfirmDevice(message) => {
                    let verifier = DeviceSecretVerifierConfigType::builder()
                        .password_verifier(&message.device_secret_verifier_config.password_verifier)
                        .salt(&message.device_secret_verifier_config.salt)
                        .build();
                    outcome(
                        sdk.confirm_device()
                            .access_token(&message.access_token)
                            .device_key(&message.device_key)
                            .set_device_name(message.device_name.clone())
                            .device_secret_verifier_config(verifier)
                            .send()
                            .await,
                    )
                }
                _ => Err(Failure::new(Exit::Other, "a message that this version cannot send")),
            }
        })
    }

    /// Has a confirmed device count as remembered, where the pool leaves that to the user.
    pub(crate) fn remember(&self, access_token: &str, device_key: &str) -> Outcome<()> {
        self.runtime.block_on(async {
            let request = self.sdk.update_device_status().access_token(access_token).device_key(device_key);
            answered(request.device_remembered_status(DeviceRememberedStatusType::Remembered).send().await)
                .map(|answer| answer.map(drop))
        })
    }
}

/// Has a reply that is too long be an error once that much of it has come: the SDK would read on for as long as it is sent.
#[derive(Debug)]
struct LimitedReplies;

impl Intercept for LimitedReplies {
    fn name(&self) -> &'static str {
        "LimitedReplies"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let body = context.response_mut().body_mut();
        let whole = mem::replace(body, SdkBody::taken());
        *body = SdkBody::from_body_1_x(Limited::new(whole, MAX_REPLY));
        Ok(())
    }
}

/// TLS by rustls with the machine's certificates, over the proxy that the environment names; where the endpoint is plain
/// HTTP, neither.
fn http_client(endpoint_url: Option<&str>) -> Result<SharedHttpClient, Failure> {
    if endpoint_url.is_some_and(|url| url.to_ascii_lowercase().starts_with("http://")) {
        return Ok(Builder::new().build_http());
    }
    check_proxy()?;
    Ok(Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    }))
}

/// Refuses the address of a proxy that is none: it would be passed over, and the requests go a way that they were not to go.
fn check_proxy() -> Result<(), Failure> {
    let variables = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let set = |variable| Some((variable, env::var_os(variable).filter(|value| !value.is_empty())?));
    match variables.into_iter().find_map(set) {
        Some((variable, value)) if !is_proxy(&value) => {
            Err(Failure::usage(format!("the environment variable {variable} is not the address of an HTTP proxy"))
                .help("set it to such as http://proxy.example:3128, without blanks, or unset it"))
        }
        _ => Ok(()),
    }
}

fn is_proxy(address: &OsStr) -> bool {
    let address = address.to_str().and_then(|address| address.parse::<http::Uri>().ok());
    address.is_some_and(|address| {
        address.authority().is_some() && matches!(address.scheme_str(), None | Some("http" | "https"))
    })
}

/// AWS credentials: the id and the token go into headers, and the SDK panics where the id fits into none.
fn credentials() -> Result<Credentials, Failure> {
    let id = credential("AWS_ACCESS_KEY_ID", |c| c.is_ascii_graphic())?;
    let secret = credential("AWS_SECRET_ACCESS_KEY", |c| !c.is_control())?;
    let token = credential("AWS_SESSION_TOKEN", |c| c.is_ascii_graphic())?;
    let Some((id, secret)) = id.zip(secret) else {
        return Err(Failure::new(Exit::Setup, "the Admin operations want AWS credentials, and there are none").help(
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN with temporary ones: \
             aws configure export-credentials --format env prints them",
        ));
    };
    Ok(Credentials::new(id, secret, token, None, "environment"))
}

/// A variable that is set and not empty, all of whose characters fit.
fn credential(variable: &str, fits: fn(char) -> bool) -> Result<Option<String>, Failure> {
    let Some(value) = env::var_os(variable).filter(|value| !value.is_empty()) else { return Ok(None) };
    if let Some(value) = value.into_string().ok().filter(|value| value.chars().all(fits)) {
        return Ok(Some(value));
    }
    let message = format!("the environment variable {variable} has a character that no AWS credentials have");
    Err(Failure::new(Exit::Setup, message)
        .help("set it anew, without blanks, line ends and control characters, also at its end"))
}

fn map(parameters: &Parameters) -> Option<HashMap<String, String>> {
    let map: HashMap<_, _> = parameters.iter().map(|(name, value)| (name.into(), value.into())).collect();
    if map.is_empty() { None } else { Some(map) }
}

fn outcome<T, E>(result: Result<T, SdkError<E, HttpResponse>>) -> Outcome<Reply>
where
    T: IntoReply,
    E: ProvideErrorMetadata + Error + 'static,
{
    Ok(answered(result)?.map(IntoReply::into_reply))
}

/// A service that refuses has answered; everything else is a failure on the way.
fn answered<T, E>(result: Result<T, SdkError<E, HttpResponse>>) -> Outcome<T>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let error = match result {
        Ok(output) => return Ok(Ok(output)),
        Err(error) => error,
    };
    let status = error.raw_response().map(|response| response.status().as_u16());
    if let Some(refusal) = error.as_service_error()
        && let Some(code) = refusal.code()
    {
        return Ok(Err(Refusal::new(code, refusal.message().unwrap_or_default())));
    }
    if causes(&error).any(<dyn Error>::is::<LengthLimitError>) {
        let message = format!("the service's reply is longer than {} MiB", MAX_REPLY >> 20);
        return Err(Failure::new(Exit::BadReply, message)
            .help("the service, or whoever answers at --endpoint-url, does not keep to the protocol"));
    }
    let unavailable = |message| Err(Failure::new(Exit::Unavailable, message));
    if let Some(status) = status {
        let message = format!("what answered is not the service: HTTP status {status}");
        return unavailable(message)
            .map_err(|failure| failure.help("check --endpoint-url and --region, and any proxy"));
    }
    // Of the whole chain only the texts: the SDK's Debug output may hold the request.
    let mut message = "the service cannot be reached".to_owned();
    for cause in causes(&error) {
        message.push_str(": ");
        message.push_str(&cause.to_string());
    }
    unavailable(message)
        .map_err(|failure| failure.help("check the network, --region and --endpoint-url; a proxy is named by HTTPS_PROXY, certificates by SSL_CERT_FILE"))
}

/// An error and what it came of.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&cause| cause.source())
}

/// An output of the SDK as a reply.
trait IntoReply {
    fn into_reply(self) -> Reply;
}

/// The two operations and their Admin twins have the same members in different types.
macro_rules! challenge_or_tokens {
    ($($Output:ident),*) => {$(
        impl IntoReply for $Output {
            fn into_reply(self) -> Reply {
                let mut reply = Reply::default();
                reply.challenge_name = self.challenge_name.map(|name| name.as_str().into());
                reply.session = self.session;
                reply.challenge_parameters = self.challenge_parameters.into_iter().flatten().collect();
                reply.available_challenges =
                    self.available_challenges.into_iter().flatten().map(|name| name.as_str().into()).collect();
                reply.authentication_result = self.authentication_result.map(tokens);
                reply
            }
        }
    )*};
}

challenge_or_tokens!(
    InitiateAuthOutput,
    AdminInitiateAuthOutput,
    RespondToAuthChallengeOutput,
    AdminRespondToAuthChallengeOutput
);

fn tokens(result: AuthenticationResultType) -> AuthenticationResult {
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = result.access_token;
    tokens.id_token = result.id_token;
    tokens.refresh_token = result.refresh_token;
    tokens.token_type = result.token_type;
    tokens.expires_in = result.expires_in;
    tokens.new_device_metadata = result
        .new_device_metadata
        .map(|device| NewDeviceMetadata { device_key: device.device_key, device_group_key: device.device_group_key });
    tokens
}

impl IntoReply for AssociateSoftwareTokenOutput {
    fn into_reply(self) -> Reply {
        let mut reply = Reply::default();
        reply.secret_code = self.secret_code;
        reply.session = self.session;
        reply
    }
}

impl IntoReply for VerifySoftwareTokenOutput {
    fn into_reply(self) -> Reply {
        let mut reply = Reply::default();
        reply.status = self.status.map(|status| status.as_str().into());
        reply.session = self.session;
        reply
    }
}

impl IntoReply for ConfirmDeviceOutput {
    fn into_reply(self) -> Reply {
        let mut reply = Reply::default();
        reply.user_confirmation_necessary = self.user_confirmation_necessary;
        reply
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_has_an_address_that_is_one() {
        for address in
            ["http://127.0.0.1:3128", "https://a:b@proxy.example", "proxy.example:3128", "[::1]:3128", "proxy"]
        {
            assert!(is_proxy(address.as_ref()), "{address}");
        }
        for address in
            [" http://127.0.0.1:3128", "http://127.0.0.1:3128 ", "http://", "/proxy", "::bad::", "socks5://[::1]:1080"]
        {
            assert!(!is_proxy(address.as_ref()), "{address}");
        }
    }
}
