//! The contract (`contract/openapi.json`) agrees with the code: every route, scope, field, limit,
//! event type and status is in both.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use domain::auth::{Access, Scope};
use domain::base::{AccountId, EventId, KeyId, WebhookId, limits};
use domain::config::Config;
use domain::crypto::{Algorithm, SigningSecret};
use domain::delivery::Fault;
use domain::event::{EventTypes, Operational, PING, Sample, SampleName};
use domain::http::Route;
use domain::publish::IdempotencyKey;
use domain::request::{Body, KEY_NAME_CHARS_MAX, KnownFields, WebhookRequest};
use domain::telemetry::RequestContext;
use domain::webhook::{Activity, DeactivateReason, WebhookAnswer, WebhookState, WebhookView};
use serde_json::Value;

use crate::support::webhook_rules;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn text(path: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

fn contract() -> Value {
    serde_json::from_str(&text("contract/openapi.json")).unwrap()
}

/// Returns the value at a JSON pointer in the contract.
fn at<'a>(contract: &'a Value, pointer: &str) -> &'a Value {
    contract.pointer(pointer).unwrap_or_else(|| panic!("the contract has no {pointer}"))
}

fn schema<'a>(contract: &'a Value, name: &str) -> &'a Value {
    at(contract, &format!("/components/schemas/{name}"))
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn texts(value: &Value) -> BTreeSet<&str> {
    value.as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

/// Returns a path with values for its variables.
fn filled(path: &str) -> String {
    let path = path.replace("{sample}", "course-completion").replace("{name}", "A1");
    let parts = path.split('/').map(|part| if part.starts_with('{') { "a1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Returns the words that follow `before` in a source file. A word ends at the first character that
/// is no letter, digit or underscore.
fn words<'a>(source: &'a str, before: &str) -> BTreeSet<&'a str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let after = source.split(before).skip(1);
    after.map(|rest| rest.split(|c| !is_word(c)).next().unwrap()).collect()
}

#[test]
fn every_route_and_its_scope_is_in_both() {
    let contract = contract();
    let mut routes = BTreeSet::new();
    for (path, item) in at(&contract, "/paths").as_object().unwrap() {
        let real = filled(path);
        assert_eq!(RequestContext::of(&real).route, Some(path.as_str()), "the name in the log");
        let mut methods = BTreeSet::from(["OPTIONS".to_owned()]);
        for method in METHODS.iter().filter(|method| item.get(method).is_some()) {
            let route = Route::parse(&method.to_uppercase(), &real);
            let route = route.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
            check_security(path, &item[method]["security"], route.access());
            check_parameters(&contract, path, [item, &item[method]], &route);
            let shown = format!("{route:?}");
            routes.insert(shown.split(['(', ' ']).next().unwrap().to_owned());
            methods.insert(method.to_uppercase());
            if *method == "get" {
                methods.insert("HEAD".to_owned());
            }
        }
        let Ok(Route::Options { allow }) = Route::parse("OPTIONS", &real) else {
            panic!("{path} has no methods")
        };
        let allowed: BTreeSet<String> = allow.split(", ").map(str::to_owned).collect();
        assert_eq!(methods, allowed, "{path}");
    }
    let source = text("crates/domain/src/http/route.rs");
    let (_, variants) = source.split_once("pub enum Route {").unwrap();
    let (variants, _) = variants.split_once("\n}").unwrap();
    let mut known: BTreeSet<String> = variants
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.split(['(', ' ', ',']).next().unwrap().to_owned())
        .collect();
    assert!(known.remove("Options") && known.len() > 20, "{known:?}");
    assert_eq!(routes, known, "in the contract, and in crates/domain/src/http/route.rs");
}

fn check_security(path: &str, security: &Value, access: Access) {
    let schemes: BTreeSet<_> =
        security.as_array().unwrap().iter().flat_map(|one| keys(one)).collect();
    let scopes: BTreeSet<_> = security
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one.as_object().unwrap().values().flat_map(texts))
        .collect();
    let (schemes_of, scope): (&[&str], Option<Scope>) = match access {
        Access::Open => (&[], None),
        Access::AnyKey => (&["basic", "bearer"], None),
        Access::AnyKeyOrAdmin => (&["basic", "bearer", "adminBasic", "adminBearer"], None),
        Access::Scope(scope) => (&["basic", "bearer"], Some(scope)),
        Access::Admin => (&["adminBasic", "adminBearer"], None),
    };
    assert_eq!(schemes, schemes_of.iter().copied().collect(), "{path}");
    assert_eq!(scopes, scope.map(Scope::as_str).into_iter().collect(), "{path}");
}

/// Checks the parameters of the query, which are those of the path and of the method.
fn check_parameters(contract: &Value, path: &str, lists: [&Value; 2], route: &Route) {
    let named = |parameter: &Value| -> Option<String> {
        let parameter = match parameter["$ref"].as_str() {
            Some(reference) => at(contract, reference.strip_prefix('#').unwrap()),
            None => parameter,
        };
        (parameter["in"] == "query").then(|| parameter["name"].as_str().unwrap().to_owned())
    };
    let parameters = lists.into_iter().filter_map(|list| list["parameters"].as_array()).flatten();
    let documented: BTreeSet<String> = parameters.filter_map(named).collect();
    let known = route.parameters().iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(documented, known, "the parameters of {path}");
}

#[test]
fn every_field_of_a_request_is_in_both() {
    let contract = contract();
    for (request, known, answers) in [
        ("WebhookCreate", KnownFields::WEBHOOK, &["Webhook", "CreatedWebhook"][..]),
        ("KeyRequest", KnownFields::API_KEY, &["Key"]),
        ("PortalRequest", KnownFields::PORTAL, &["PortalLink"]),
        ("Rotation", KnownFields::ROTATION, &["Signing"]),
        ("RecoverRequest", KnownFields::RECOVERY, &["Recovery"]),
    ] {
        let taken: BTreeSet<&str> = known.taken().collect();
        assert_eq!(keys(&schema(&contract, request)["properties"]), taken, "{request}");
        let read_only: BTreeSet<&str> = known.read_only().collect();
        let mut only_answered = BTreeSet::new();
        for answer in answers {
            only_answered.extend(keys(&schema(&contract, answer)["properties"]));
        }
        only_answered.retain(|name| !taken.contains(name));
        assert_eq!(read_only, only_answered, "what {answers:?} have may be sent back: {request}");
    }
    let mut imported: BTreeSet<&str> = KnownFields::WEBHOOK.taken().collect();
    imported.insert("id");
    assert_eq!(KnownFields::IMPORT.taken().collect::<BTreeSet<_>>(), imported);
}

#[test]
fn every_field_of_a_webhook_is_in_both() {
    let contract = contract();
    // The fields of a request: the arms of `Fields::set`.
    let source = text("crates/domain/src/request/webhook.rs");
    let read: BTreeSet<&str> = source
        .lines()
        .filter_map(|line| line.split_once("\" => &mut self."))
        .filter_map(|(name, _)| name.trim().strip_prefix('"'))
        .collect();
    assert!(read.len() > 10, "{read:?}");
    for name in ["WebhookCreate", "WebhookCreateForm"] {
        assert_eq!(keys(&schema(&contract, name)["properties"]), read, "{name}");
    }
    let at_creation = ["signing_secret", "signature"];
    let later: BTreeSet<&str> =
        read.iter().copied().filter(|name| !at_creation.contains(name)).collect();
    for name in ["WebhookUpdate", "WebhookUpdateForm"] {
        assert_eq!(keys(&schema(&contract, name)["properties"]), later, "{name}");
    }
    // The event types of an alert are fixed.
    let of_alert = read.into_iter().filter(|name| !name.starts_with("event_type")).collect();
    for name in ["AlertPut", "AlertPutForm"] {
        assert_eq!(keys(&schema(&contract, name)["properties"]), of_alert, "{name}");
    }
    // The fields of an answer, from a webhook with every field set.
    let body = br#"{"target_url":"https://example.com/","event_type":"PATH_COMPLETION",
        "basic_auth_username":"u","basic_auth_password":"p","additional_headers":{"x":"1"},
        "max_per_second":5,"max_in_flight":7,"ordered":true,"retry_4xx":true,"name":"n",
        "metadata":{"a":"1"},"filter":{"n":1},"timeout_ms":3000,"retry":{"limit":5},
        "deactivate_on_4xx":false,"hold_while_paused":true}"#;
    let request = WebhookRequest::from_body(&Body::Json(body.to_vec()), webhook_rules()).unwrap();
    let secret = SigningSecret::generate(Algorithm::Ed25519, [7; 32]);
    let mut webhook = request.signed_with(&secret);
    webhook.configuration.listener = true;
    let id = "a1".parse().unwrap();
    let shares_target_with = Some(Vec::new());
    let view = WebhookView {
        shares_target_with,
        ..WebhookView::new(id, &webhook.configuration, Activity::Active)
    };
    let view = view.with_state(WebhookState::Untried);
    let view = serde_json::to_value(WebhookAnswer::from(view)).unwrap();
    assert_eq!(keys(&schema(&contract, "Webhook")["properties"]), keys(&view));
    let mut created = keys(&view);
    created.insert("signing_secret");
    assert_eq!(keys(&schema(&contract, "CreatedWebhook")["properties"]), created);
    for reason in [
        DeactivateReason::Http4xxResponse,
        DeactivateReason::RetryCount,
        DeactivateReason::TooManyRedirects,
        DeactivateReason::OrgDisabled,
    ] {
        let reasons = &schema(&contract, "DeactivateReason")["enum"];
        let reason = serde_json::to_value(reason).unwrap();
        assert!(reasons.as_array().unwrap().contains(&reason), "{reason}");
    }
}

#[test]
fn every_state_and_every_fault_is_in_both() {
    let contract = contract();
    let states = WebhookState::ALL.map(|(name, _)| name);
    assert_eq!(texts(&schema(&contract, "WebhookState")["enum"]), BTreeSet::from(states));
    let faults = schema(&contract, "DeliveryFault");
    assert_eq!(texts(&faults["enum"]), BTreeSet::from(Fault::ALL.map(|(name, _)| name)));
    for (name, _) in Fault::ALL {
        let row = format!("| `{name}` | ");
        assert!(faults["description"].as_str().unwrap().contains(&row), "{row}");
    }
}

#[test]
fn every_field_of_an_error_is_in_both() {
    let contract = contract();
    let source = text("crates/domain/src/base/field_errors.rs");
    let (_, variants) = source.split_once("pub enum Field {").unwrap();
    let (variants, _) = variants.split_once("\n}").unwrap();
    let fields: BTreeSet<String> = variants
        .lines()
        .filter_map(|line| line.trim().strip_suffix(','))
        .filter(|line| line.chars().all(char::is_alphanumeric))
        .map(|name| snake(name).replace("4xx", "_4xx"))
        .collect();
    assert!(fields.len() > 15, "{fields:?}");
    let fields: BTreeSet<&str> = fields.iter().map(String::as_str).collect();
    let mut known = keys(&schema(&contract, "FieldErrors")["properties"]);
    assert!(known.remove("code") && known.remove("request_id"));
    assert_eq!(known, fields);
    let of_items = schema(&contract, "ItemFieldErrors");
    assert_eq!(keys(&of_items["properties"]), fields);
}

/// Converts a name from `CamelCase` to `snake_case`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

#[test]
fn every_event_type_and_its_description_is_in_both() {
    let contract = contract();
    let types = EventTypes::documented();
    let of_events = schema(&contract, "EventTypeName");
    let published: BTreeSet<&str> = types.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(texts(&of_events["enum"]), published);
    let received = at(&contract, "/webhooks/event/post/description").as_str().unwrap();
    for (name, when) in types.iter() {
        let row = format!("| `{name}` | {when} |");
        assert!(of_events["description"].as_str().unwrap().contains(&row), "{row}");
        assert!(received.contains(&row), "{row}");
    }
    let source = text("crates/domain/src/event/event_type.rs");
    let named = words(source.split("#[cfg(test)]").next().unwrap(), "=> \"");
    assert_eq!(named.len(), Operational::ALL.len());
    assert!(named.iter().all(|name| Operational::named(name).is_some()));
    let mut received = keys(at(&contract, "/webhooks"));
    assert!(received.remove("event") && received.remove(PING));
    assert_eq!(received, &published | &named);
    for name in received {
        let body = format!("/webhooks/{name}/post/requestBody/content");
        let body = at(&contract, &body)["application/json"]["schema"]["$ref"].as_str().unwrap();
        let body = body.trim_start_matches("#/components/schemas/");
        assert_eq!(schema(&contract, body)["properties"]["event_type"]["const"], name);
    }
    let about = &schema(&contract, "WebhookCreate")["properties"]["event_type"]["description"];
    for name in named {
        assert!(about.as_str().unwrap().contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn every_action_of_the_audit_log_is_in_both() {
    let source = text("crates/domain/src/account/audit.rs");
    let (_, variants) = source.split_once("pub enum Action {").unwrap();
    let (variants, _) = variants.split_once("\n}").unwrap();
    let renamed = variants.split("rename = \"").skip(1);
    let actions: BTreeSet<&str> = renamed.map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(actions.len() > 10, "{actions:?}");
    assert_eq!(texts(&schema(&contract(), "AuditAction")["enum"]), actions);
}

#[test]
fn every_sample_is_in_the_contract() {
    let contract = contract();
    let schema = at(&contract, "/paths/~1v1~1webhooks~1sample-{sample}/parameters/0/schema");
    let samples = texts(&schema["examples"]);
    let types = EventTypes::documented();
    for (event_type, _) in types.iter() {
        let is_of = |name: &&&str| SampleName::parse(name).unwrap().is_of(event_type);
        assert_eq!(samples.iter().filter(is_of).count(), 1, "{event_type}");
    }
    assert_eq!(samples.len(), types.iter().count());
}

#[test]
fn every_member_of_a_sample_is_in_the_schema_of_its_type() {
    let contract = contract();
    for (event_type, _) in EventTypes::documented().iter() {
        let sample = Sample::of_type(event_type.as_str()).unwrap();
        let pointer = format!("/webhooks/{event_type}/post/requestBody/content");
        let body = &at(&contract, &pointer)["application/json"]["schema"];
        let event: Value = serde_json::from_str(&sample.test_event("now")).unwrap();
        check_members(&contract, body, &event, event_type.as_str());
    }
}

/// Checks that a schema names every member of a value, at all depths, with its type.
fn check_members(contract: &Value, schema: &Value, value: &Value, name: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => at(contract, reference.strip_prefix('#').unwrap()),
        None => schema,
    };
    let expected = match value {
        Value::Object(members) => {
            for (member, value) in members {
                let name = format!("{name}.{member}");
                check_members(contract, &schema["properties"][member], value, &name);
            }
            "object"
        }
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::Null | Value::String(_) | Value::Array(_) => "string",
    };
    assert_eq!(schema["type"], expected, "{name}");
}

#[test]
fn every_limit_is_the_same_in_both() {
    let contract = contract();
    let check = |pointer: &str, limit: usize| {
        assert_eq!(at(&contract, pointer).as_u64(), u64::try_from(limit).ok(), "{pointer}");
    };
    let secs = |delay: domain::base::Delay| usize::try_from(delay.as_ms() / 1_000).unwrap();
    let create = "/components/schemas/WebhookCreate/properties";
    let rotation = "/components/schemas/Rotation/properties/grace_seconds";
    let parameter = |name: &str| format!("/components/parameters/{name}/schema");
    check(&format!("{create}/target_url/maxLength"), limits::TARGET_URL_CHARS_MAX);
    check(&format!("{create}/basic_auth_username/maxLength"), limits::BASIC_AUTH_CHARS_MAX);
    check(&format!("{create}/basic_auth_password/maxLength"), limits::BASIC_AUTH_CHARS_MAX);
    check(&format!("{create}/additional_headers/maxProperties"), limits::ADDITIONAL_HEADERS_MAX);
    let filter = at(&contract, &format!("{create}/filter/description")).as_str().unwrap();
    let bounds = format!(
        "At most {} bytes without spaces, {} levels and {} values.",
        limits::FILTER_BYTES_MAX,
        limits::FILTER_DEPTH_MAX,
        limits::FILTER_LEAVES_MAX
    );
    assert!(filter.contains(&bounds), "{filter}");
    let rate = usize::try_from(limits::PER_SECOND_MAX).unwrap();
    check(&format!("{create}/max_per_second/maximum"), rate);
    check(&format!("{create}/max_in_flight/maximum"), limits::IN_FLIGHT_MAX.into());
    check(&format!("{create}/max_in_flight/default"), limits::IN_FLIGHT.into());
    let ms = |delay: domain::base::Delay| usize::try_from(delay.as_ms()).unwrap();
    check(&format!("{create}/timeout_ms/minimum"), ms(limits::TIMEOUT_MIN));
    check(&format!("{create}/timeout_ms/maximum"), ms(limits::TIMEOUT_MAX));
    for schema in ["RetryOptions", "RetrySettings"] {
        for key in ["base_ms", "max_ms"] {
            let key = format!("/components/schemas/{schema}/properties/{key}/maximum");
            check(&key, ms(limits::RETRY_DELAY_MAX));
        }
    }
    check(&format!("{create}/event_types/maxItems"), limits::EVENT_PATTERNS_MAX);
    check(&format!("{create}/name/maxLength"), limits::WEBHOOK_NAME_CHARS_MAX);
    check(&format!("{create}/metadata/maxProperties"), limits::METADATA_ENTRIES_MAX);
    let key = format!("{create}/metadata/propertyNames/maxLength");
    check(&key, limits::METADATA_KEY_CHARS_MAX);
    let value = format!("{create}/metadata/additionalProperties/maxLength");
    check(&value, limits::METADATA_VALUE_CHARS_MAX);
    check(&format!("{rotation}/maximum"), secs(limits::ROTATION_GRACE_MAX));
    check(&format!("{rotation}/default"), secs(limits::ROTATION_GRACE));
    let span = "/components/schemas/PortalRequest/properties/expires_in_seconds";
    check(&format!("{span}/minimum"), secs(limits::PORTAL_LIFETIME_MIN));
    check(&format!("{span}/maximum"), secs(limits::PORTAL_LIFETIME_MAX));
    check(&format!("{span}/default"), secs(limits::PORTAL_LIFETIME));
    check(&format!("{}/maximum", parameter("PageSize")), limits::PAGE_SIZE_MAX);
    check(&format!("{}/default", parameter("PageSize")), limits::PAGE_SIZE);
    check(&format!("{}/maxLength", parameter("WebhookId")), WebhookId::CHARS_MAX);
    check(&format!("{}/maxLength", parameter("EventId")), EventId::CHARS_MAX);
    check(&format!("{}/maxLength", parameter("KeyId")), KeyId::CHARS_MAX);
    check(&format!("{}/maxLength", parameter("Account")), AccountId::CHARS_MAX);
    check(&format!("{}/maxLength", parameter("IdempotencyKey")), IdempotencyKey::CHARS_MAX);
    check("/components/schemas/KeyRequest/properties/name/maxLength", KEY_NAME_CHARS_MAX);
    let definition = "/components/schemas/TypeDefinition/properties";
    check(&format!("{definition}/description/maxLength"), limits::TYPE_DESCRIPTION_CHARS_MAX);
    check("/components/schemas/EventTypeList/maxItems", limits::EVENT_TYPES_MAX);
    check("/components/schemas/AccountList/properties/results/maxItems", limits::ACCOUNTS_PAGE_MAX);
    let batch = "/paths/~1v1~1events~1batch/post/requestBody/content/application~1json/schema";
    check(&format!("{batch}/maxItems"), limits::BATCH_EVENTS_MAX);
    let import = "/paths/~1v1~1admin~1accounts~1{account}~1import/post/description";
    let import = at(&contract, import).as_str().unwrap().replace(',', "");
    let (lines, bytes) = (limits::IMPORT_LINES_MAX, limits::IMPORT_BYTES_MAX);
    assert!(import.contains(&format!("at most {lines} in {bytes} bytes")), "{import}");
    check_listener_limits(&contract);
    let depth = limits::JSON_DEPTH_MAX;
    let about = at(&contract, "/info/description").as_str().unwrap().replace('\n', " ");
    assert!(about.contains(&format!("JSON of {depth} levels")), "{about}");
}

fn check_listener_limits(contract: &Value) {
    let text = at(contract, "/paths/~1v1~1listen/get/description").as_str().unwrap();
    let text = text.replace(',', "").replace('\n', " ");
    for limit in [
        format!("at most {} listeners", limits::LISTENERS_MAX),
        format!("After {} seconds without", limits::LISTENER_GRACE.as_ms() / 1_000),
        format!("at most {} characters", limits::LISTENER_FRAME_CHARS_MAX),
    ] {
        assert!(text.contains(&limit), "{limit}: {text}");
    }
}

#[test]
fn every_size_set_by_a_variable_is_documented_with_its_default() {
    let config = Config::read(|_| None).unwrap();
    let about = at(&contract(), "/info/description").as_str().unwrap().replace('\n', " ");
    for (variable, default) in [
        ("MAX_BODY_BYTES", config.body_bytes_max.to_string()),
        ("MAX_EVENT_BYTES", config.event_bytes_max.to_string()),
        ("MAX_BATCH_BYTES", config.batch_bytes_max.to_string()),
        ("MAX_WEBHOOKS", config.webhooks_max.to_string()),
        ("PUBLISH_PER_MINUTE", config.publish_per_minute.to_string()),
    ] {
        let (_, after) = about.split_once(&format!("`{variable}`")).unwrap();
        let (_, number) = after.split_once('(').unwrap();
        let number: String = number
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == ',')
            .filter(char::is_ascii_digit)
            .collect();
        assert_eq!(number, default, "{variable}");
    }
}

#[test]
fn every_code_of_an_error_is_in_the_contract() {
    let source = text("crates/domain/src/http/problem.rs");
    let conversions = text("crates/domain/src/http/problem_of.rs");
    let code = conversions.split("#[cfg(test)]").next().unwrap();
    let mut codes = words(&source, ".coded(\"");
    codes.extend(words(code, ".coded(\""));
    codes.extend(words(&source, " => \""));
    // A 500 is unexpected, so no operation documents it.
    assert!(codes.remove("internal_error") && codes.len() > 20, "{codes:?}");
    // No route makes these two.
    assert!(codes.remove("unauthorized") && codes.remove("forbidden"));
    let contract = contract();
    let listed = schema(&contract, "ErrorCode")["description"].as_str().unwrap();
    let listed: BTreeSet<&str> = listed.split('`').skip(1).step_by(2).collect();
    assert_eq!(listed, codes);
    assert_eq!(texts(&schema(&contract, "ErrorCode")["enum"]), codes);
}

#[test]
fn every_status_of_a_problem_is_in_the_contract() {
    let contract = contract();
    let source = text("crates/domain/src/http/problem.rs");
    let code = source.split("#[cfg(test)]").next().unwrap();
    let mut statuses = words(code, "Self::detail(");
    statuses.extend(words(code, "Self::json("));
    statuses.retain(|word| word.len() == 3 && word.chars().all(|c| c.is_ascii_digit()));
    assert!(statuses.len() > 10, "{statuses:?}");
    // A 500 is unexpected, so no operation documents it.
    assert!(statuses.remove("500"));
    let paths = at(&contract, "/paths").as_object().unwrap().values();
    let operations = paths.flat_map(|item| METHODS.iter().filter_map(|method| item.get(method)));
    let documented: BTreeSet<&str> =
        operations.flat_map(|operation| keys(&operation["responses"])).collect();
    let missing: Vec<_> = statuses.difference(&documented).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
