//! What a request carries for the pool's triggers and for threat protection: all of it the caller's, none of it read here.

use alloc::{string::String, vec::Vec};
use core::fmt;

use super::Parameters;

/// ClientMetadata, AnalyticsMetadata, and the context of a request. Each is sent with the operations that take it.
///
/// `Debug` shows what is there and no value.
///
/// ```
/// use cognito_srp_core::{Context, UserContextData};
///
/// let mut context = Context::default();
/// context.client_metadata = [("campaign", "autumn")].into_iter().collect();
/// context.user_context_data = Some(UserContextData { encoded_data: Some("eyJwYXlsb2Fk".into()), ..Default::default() });
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Context {
    /// ClientMetadata, for the pool's Lambda triggers.
    pub client_metadata: Parameters,
    /// AnalyticsEndpointId of AnalyticsMetadata, for Amazon Pinpoint.
    pub analytics_endpoint_id: Option<String>,
    /// UserContextData of InitiateAuth and RespondToAuthChallenge.
    pub user_context_data: Option<UserContextData>,
    /// ContextData of their Admin twins.
    pub context_data: Option<ContextData>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("client_metadata", &self.client_metadata).finish_non_exhaustive()
    }
}

/// UserContextData: what a client knows of the person's surroundings.
#[derive(Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "the members of AWS's structure, to be written down by the caller")]
pub struct UserContextData {
    /// IpAddress.
    pub ip_address: Option<String>,
    /// EncodedData, as AWS's context data library made it.
    pub encoded_data: Option<String>,
}

impl fmt::Debug for UserContextData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserContextData").finish_non_exhaustive()
    }
}

/// ContextData: what a server knows of the person's surroundings.
#[derive(Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "the members of AWS's structure, to be written down by the caller")]
pub struct ContextData {
    /// IpAddress.
    pub ip_address: String,
    /// ServerName.
    pub server_name: String,
    /// ServerPath.
    pub server_path: String,
    /// HttpHeaders: names and values.
    pub http_headers: Vec<(String, String)>,
    /// EncodedData, as AWS's context data library made it.
    pub encoded_data: Option<String>,
}

impl fmt::Debug for ContextData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextData").finish_non_exhaustive()
    }
}
