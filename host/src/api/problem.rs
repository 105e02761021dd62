//! The one form of every error answer: RFC 9457 with a stable code.
//!
//! Errors of accounts, places and cameras become it in the file `faults` beside their routes, those of several routes here.
//! The body is written in Chinese; [`super::shield`] writes it again in English for who asks for that, and the console
//! draws it as a page.

use std::collections::BTreeMap;
use std::error::Error;

use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Serialize;
use utoipa::openapi::ContentBuilder;
use utoipa::openapi::Ref;
use utoipa::openapi::RefOr;
use utoipa::openapi::ResponseBuilder;
use xl_model::fault::Code;
use xl_model::fault::Refused;
use xl_runtime::RuntimeError;
use xl_store::StoreError;

use crate::api::fault_pages;
use crate::api::language::Language;
use crate::dispatch::ModuleError;

#[cfg(feature = "openid")]
mod openid;

/// The codes of this boundary.
pub mod code {
    use xl_model::fault::Code;

    /// Neither a valid API key nor a session.
    pub const NO_IDENTITY: Code = Code(701);
    /// A part of the request cannot be read.
    pub const BAD_REQUEST: Code = Code(702);
    /// There is no such address.
    pub const NO_SUCH_ADDRESS: Code = Code(703);
    /// The address does not take this method.
    pub const WRONG_METHOD: Code = Code(704);
    /// The body is larger than the address takes.
    pub const BODY_TOO_LARGE: Code = Code(705);
    /// The body is not of the type that the address takes.
    pub const WRONG_CONTENT_TYPE: Code = Code(706);
    /// The form was sent from a page of another site.
    pub const FOREIGN_ORIGIN: Code = Code(707);
    /// It took longer than the address may.
    pub const TOO_SLOW: Code = Code(708);
    /// Too many requests from one address, too many acts in vain, or too many feeds at once.
    pub const TOO_MANY: Code = Code(709);
    /// A fault of the hub itself.
    pub const INTERNAL: Code = Code(710);
    /// The hub is stopping.
    pub const STOPPING: Code = Code(711);
    /// What was asked for does not exist.
    pub const NOT_THERE: Code = Code(712);
    /// No role of the caller allows it here.
    pub const NOT_ALLOWED: Code = Code(901);
    /// A password of one's own, or the second factor, is still to be set.
    pub const ENROLLING: Code = Code(902);
    /// A field of a hold is wrong.
    pub const WRONG_HOLD: Code = Code(312);
    /// No provider of `OpenID` Connect is configured.
    pub const NO_OPENID: Code = Code(920);
    /// A camera has too many maintenance windows.
    pub const TOO_MANY_WINDOWS: Code = Code(741);
}

// A problem is read by a person; a dry run lists every fault of a table.
pub(super) const MOST_FIELDS: usize = 200;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable code.
    pub code: Code,
    /// What exactly was wrong, in English; nothing for faults of the hub itself.
    pub detail: Option<String>,
    /// What is wrong with a field, by its name.
    pub fields: BTreeMap<String, String>,
    /// When to come again, in seconds.
    pub retry_after_s: Option<u32>,
    /// Whether it may exist and was not shown because it is somebody else's; told to nobody, the answer is the same.
    pub is_withheld: bool,
}

/// A problem as it is sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Address of the page about this fault.
    #[serde(rename = "type")]
    #[schema(example = "/errors/XL0702")]
    pub kind: String,
    /// What happened, in the language of `Accept-Language`.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    #[schema(value_type = String, example = "XL0702")]
    pub code: Code,
    /// What exactly was wrong, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is wrong with a field, by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

impl Problem {
    /// A problem without more to say than its code.
    pub fn new(status: StatusCode, code: Code) -> Self {
        Self { status, code, detail: None, fields: BTreeMap::new(), retry_after_s: None, is_withheld: false }
    }

    /// Says what exactly was wrong.
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Names a field and what is wrong with it.
    pub fn with_field(mut self, name: impl Into<String>, wrong: impl Into<String>) -> Self {
        self.fields.insert(name.into(), wrong.into());
        self
    }

    /// Says when to come again.
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// A request of which one field is wrong.
    pub fn field(name: &str, wrong: impl Into<String>) -> Self {
        let wrong = wrong.into();
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code::BAD_REQUEST)
            .with_detail(format!("{name}: {wrong}"))
            .with_field(name, wrong)
    }

    /// Something that does not exist.
    pub fn not_there(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, code::NOT_THERE).with_detail(format!("{what} `{id}` does not exist"))
    }

    /// A fault of the hub: the log gets the chain of causes, the answer only the code.
    pub fn fault(status: StatusCode, code: Code, error: &dyn Error) -> Self {
        let mut chain = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            chain.push_str(": ");
            chain.push_str(&cause.to_string());
            source = cause.source();
        }
        tracing::error!(%code, "request not answered: {chain}");
        Self::new(status, code)
    }

    /// The problem in words.
    pub fn body(&self, language: Language) -> ProblemBody {
        ProblemBody {
            kind: format!("/errors/{}", self.code),
            title: self.title(language),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail.clone(),
            fields: self.fields.clone(),
        }
    }

    /// What happened, from the page about the code.
    pub fn title(&self, language: Language) -> String {
        fault_pages::of(self.code).map_or_else(|| self.code.to_string(), |page| page.title(language).to_owned())
    }

    /// The answer in one language.
    pub fn answer(&self, language: Language) -> Response {
        // A struct of strings and numbers always serializes.
        let body = serde_json::to_vec(&self.body(language)).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.answer(Language::Chinese)
    }
}

impl utoipa::IntoResponses for Problem {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::response::Response>> {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new()
            .description("Why it was not done; the page at `type` says what to do.")
            .content("application/problem+json", content)
            .build();
        BTreeMap::from([("default".to_owned(), RefOr::T(response))])
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let status = match &error {
            StoreError::NotFound { .. } => StatusCode::NOT_FOUND,
            StoreError::Exists { .. }
            | StoreError::Conflict { .. }
            | StoreError::NotInForce { .. }
            | StoreError::TooManyHolds { .. } => StatusCode::CONFLICT,
            StoreError::Failed { .. } => return Self::fault(StatusCode::SERVICE_UNAVAILABLE, error.code(), &error),
            _ => return Self::fault(StatusCode::INTERNAL_SERVER_ERROR, error.code(), &error),
        };
        Self::new(status, error.code()).with_detail(error.to_string())
    }
}

impl From<RuntimeError> for Problem {
    fn from(error: RuntimeError) -> Self {
        match &error {
            RuntimeError::Engine { .. } | RuntimeError::NotOurs { .. } => {
                Self::fault(StatusCode::INTERNAL_SERVER_ERROR, error.code(), &error)
            }
            _ => Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.code()).with_detail(error.to_string()),
        }
    }
}

impl From<ModuleError> for Problem {
    fn from(error: ModuleError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            ModuleError::NotFound { .. } => (StatusCode::NOT_FOUND, Code(620)),
            ModuleError::Settings { .. } => (StatusCode::UNPROCESSABLE_ENTITY, Code(621)),
            ModuleError::Grants { .. } => (StatusCode::UNPROCESSABLE_ENTITY, Code(622)),
            ModuleError::State { .. } => (StatusCode::CONFLICT, Code(623)),
            ModuleError::SelfTest { .. } => (StatusCode::UNPROCESSABLE_ENTITY, Code(624)),
            ModuleError::Form(errors) => {
                let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, Code(625));
                problem.detail = errors.summary;
                problem.fields = errors.fields;
                return problem;
            }
            ModuleError::Writes { .. } => (StatusCode::METHOD_NOT_ALLOWED, Code(634)),
            ModuleError::Content { .. } => (StatusCode::UNSUPPORTED_MEDIA_TYPE, Code(635)),
            ModuleError::Failed { code, .. } => (StatusCode::BAD_GATEWAY, code),
            ModuleError::Untrusted(error) => (StatusCode::UNPROCESSABLE_ENTITY, error.code()),
            ModuleError::Downgrade { .. } => (StatusCode::CONFLICT, Code(631)),
            ModuleError::NothingWaits { .. } => (StatusCode::CONFLICT, Code(632)),
            ModuleError::Plugin(error) => return error.into(),
            ModuleError::Store(error) => return error.into(),
        };
        Self::new(status, code).with_detail(detail)
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let status = match refused.code {
            xl_model::fault::code::TOO_FAST => StatusCode::TOO_MANY_REQUESTS,
            xl_model::fault::code::NOT_STORED => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, refused.code).with_detail(refused.detail)
    }
}

#[cfg(test)]
mod tests {
    use xl_model::block::FormErrors;

    use super::*;

    fn json(problem: &Problem, language: Language) -> serde_json::Value {
        serde_json::to_value(problem.body(language)).unwrap()
    }

    #[test]
    fn a_problem_has_the_rfc_9457_shape_in_both_languages() {
        let problem = Problem::field("limit", "at most 1000");
        let zh = json(&problem, Language::Chinese);
        assert_eq!(zh["type"], "/errors/XL0702");
        assert_eq!(zh["status"], 422);
        assert_eq!(zh["code"], "XL0702");
        assert_eq!(zh["detail"], "limit: at most 1000");
        assert_eq!(zh["fields"]["limit"], "at most 1000");
        let en = json(&problem, Language::English);
        assert_ne!(zh["title"], en["title"]);
        assert!(en["title"].as_str().unwrap().is_ascii(), "{en}");
        let response = problem.into_response();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    }

    #[test]
    fn a_fault_of_the_hub_says_its_code_and_nothing_of_its_inside() {
        let error = StoreError::NotRead { what: "events", source: "SELECT * FROM events: disk I/O error".into() };
        let problem = Problem::from(error);
        assert_eq!((problem.status.as_u16(), problem.code, problem.detail), (500, Code(305), None));
        let failed = Problem::from(StoreError::Failed { detail: "/data/hub.db: full".to_owned() });
        assert_eq!((failed.status.as_u16(), failed.code, failed.detail), (503, Code(304), None));
    }

    #[test]
    fn each_module_error_has_its_status_and_code() {
        let s = || "x".to_owned();
        for (error, status, code) in [
            (ModuleError::NotFound { what: "module", id: s() }, 404, 620),
            (ModuleError::Settings { faults: vec![s()] }, 422, 621),
            (ModuleError::Grants { detail: s() }, 422, 622),
            (ModuleError::State { detail: s() }, 409, 623),
            (ModuleError::SelfTest { detail: s() }, 422, 624),
            (ModuleError::Form(FormErrors::default()), 422, 625),
            (ModuleError::Untrusted(crate::dispatch::TrustError::Unsigned), 422, 626),
            (ModuleError::Downgrade { runs: s(), wanted: s() }, 409, 631),
            (ModuleError::Writes { name: s() }, 405, 634),
            (ModuleError::Content { name: s(), takes: vec![s()], sent: s() }, 415, 635),
            (ModuleError::Failed { code: Code(609), detail: s() }, 502, 609),
            (ModuleError::Plugin(RuntimeError::NotAPlugin { detail: s() }), 422, 502),
            (ModuleError::Plugin(RuntimeError::Engine { detail: s() }), 500, 501),
            (ModuleError::Store(StoreError::Exists { what: "module", id: s() }), 409, 308),
        ] {
            let problem = Problem::from(error);
            assert_eq!((problem.status.as_u16(), problem.code), (status, Code(code)));
        }
    }

    #[test]
    fn a_refused_form_names_its_fields() {
        let errors = FormErrors {
            summary: Some("see below".to_owned()),
            fields: BTreeMap::from([("weight".to_owned(), "a number".to_owned())]),
        };
        let problem = Problem::from(ModuleError::Form(errors));
        assert_eq!(problem.detail.as_deref(), Some("see below"));
        assert_eq!(problem.fields["weight"], "a number");
    }
}
